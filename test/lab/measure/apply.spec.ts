import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '#testkit/real-part.js';
import type { Action } from '../../../edge-agent/src/data-plane/data-plane.js';
import { serviceKey, type Service } from '../../../edge-agent/src/data-plane/service.js';
import { IpvsDataPlane } from '../../../edge-agent/src/ipvs/ipvs-data-plane.js';
import { renderRestore } from '../../../edge-agent/src/ipvs/render-restore.js';
import { reconcile } from '../../../edge-agent/src/reconcile/reconcile.js';
import { startEdgeLab, type EdgeLab } from '../edge-lab.js';
import { prepareLab } from '../packages.js';
import { runInGuest } from '../reconciled-edge.js';
import { writeMeasuredTable } from './measured-table.js';

const SERVICES = 100;
const DESTINATIONS = 10;
const TIMEOUT_MS = 600_000;
/** Threads that the kernel starts for itself meanwhile are counted as well: one or two. */
const KERNEL_THREADS = 3;
const DOCUMENT = new URL('../../../docs/lab.md', import.meta.url);

/** What one way of making the changes cost, by the guest's own clock and the kernel's own count. */
interface Cost {
  readonly way: string;
  readonly milliseconds: number;
  readonly processes: number;
}

describeWith('a thousand new weights on a real kernel', await prepareLab(), () => {
  let lab: EdgeLab;
  let dataPlane: IpvsDataPlane;
  const costs: Cost[] = [];

  beforeAll(async () => {
    lab = await startEdgeLab();
    dataPlane = new IpvsDataPlane(runInGuest(lab.commands));
    await measure(
      'make them',
      'ipvsadm --restore <batch',
      renderRestore(await actionsTowards(table(100)), () => undefined),
    );
  });

  afterAll(async () => {
    await lab.stop();
    await writeMeasuredTable(DOCUMENT, tableOf(costs));
  });

  it('as one batch are the start of one process, and all are taken', async () => {
    const actions = await actionsTowards(table(90));
    expect(actions).toHaveLength(SERVICES * DESTINATIONS);
    const batch = renderRestore(actions, () => undefined);
    const cost = await measure('one batch', 'ipvsadm --restore <batch', batch);
    expect(cost.processes).toBeLessThanOrEqual(1 + KERNEL_THREADS);
    expect(await weights()).toEqual(new Set([90]));
  });

  it('one by one are as many processes, and take longer', async () => {
    const batch = renderRestore(await actionsTowards(table(80)), () => undefined);
    const cost = await measure('one by one', 'while read -r line; do ipvsadm $line; done <batch', batch);
    expect(cost.processes).toBeGreaterThanOrEqual(SERVICES * DESTINATIONS);
    expect(await weights()).toEqual(new Set([80]));
    expect(cost.milliseconds).toBeGreaterThan(costs.find(({ way }) => way === 'one batch')?.milliseconds ?? Infinity);
  });

  /** As the agent's own decision has them. */
  async function actionsTowards(desired: readonly Service[]): Promise<readonly Action[]> {
    const actual = await dataPlane.read();
    const owned = new Set(desired.map(serviceKey));
    return reconcile({ desired, actual, owned, draining: new Map(), nowMs: 0, drainMs: 0 }).actions;
  }

  /** The shell itself starts no process, so that those counted are the command's. */
  async function measure(way: string, command: string, batch: string): Promise<Cost> {
    const { stdout } = await lab.commands.run(
      [
        'cd /tmp',
        `cat >batch <<'END OF BATCH'\n${batch}END OF BATCH`,
        'count() { while read -r name value; do [ "$name" = processes ] && processes=$value; done </proc/stat; }',
        'count; before=$processes; started=${EPOCHREALTIME/./}',
        command,
        'ended=${EPOCHREALTIME/./}; count',
        'echo $((processes - before)) $((ended - started))',
      ].join('\n'),
      TIMEOUT_MS,
    );
    const [processes = Number.NaN, microseconds = Number.NaN] = stdout.trim().split(' ').map(Number);
    const cost = { way, processes, milliseconds: microseconds / 1_000 };
    costs.push(cost);
    process.stdout.write(`${rowOf(cost)}\n`);
    return cost;
  }

  async function weights(): Promise<ReadonlySet<number>> {
    const services = await dataPlane.read();
    return new Set(services.flatMap(({ destinations }) => destinations.map(({ weight }) => weight)));
  }
});

/** Every destination with this weight. */
function table(weight: number): readonly Service[] {
  return Array.from({ length: SERVICES }, (_, index) => ({
    protocol: 'TCP' as const,
    address: `203.0.113.${index + 1}`,
    port: 443,
    settings: { distribution: 'maglev-5-tuple' as const, affinitySeconds: null },
    sourceNat: true,
    destinations: Array.from({ length: DESTINATIONS }, (_none, at) => ({
      ...{ address: `10.${index}.0.${at + 1}`, port: 8_443, weight, forwarding: 'masquerade' as const },
    })),
  }));
}

function rowOf({ way, milliseconds, processes }: Cost): string {
  return `| ${way} | ${processes.toLocaleString('en-GB')} | ${(milliseconds / 1_000).toFixed(2)} s |`;
}

function tableOf(costs: readonly Cost[]): string {
  return ['| 1,000 destinations | processes started | time |', '| --- | ---: | ---: |', ...costs.map(rowOf)].join('\n');
}
