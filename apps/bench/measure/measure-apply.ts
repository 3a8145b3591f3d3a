import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IpvsDataPlane } from '../../../edge-agent/src/ipvs/ipvs-data-plane.js';
import { isListing } from '../../../edge-agent/src/ipvs/read-listings.js';
import { renderRestore } from '../../../edge-agent/src/ipvs/render-restore.js';
import { runCommand, type RunCommand } from '../../../edge-agent/src/process/run-command.js';
import { reconcile } from '../../../edge-agent/src/reconcile/reconcile.js';
import { asActual, table, writeFakeIpvsadm } from '../edge/kernel-stand-in.js';
import { medianOf, timed } from './stopwatch.js';

/** Every weight of a table changes. Times in ms, medians. */
export interface ApplyFigures {
  readonly changes: number;
  readonly reconcileMs: number;
  readonly renderMs: number;
  /** Reading the table, as each report does. */
  readonly readMs: number;
  /** The batch, and the reading afterwards that tells what was taken. */
  readonly applyMs: number;
  readonly batches: number;
  /** The same changes, with a process for each. */
  readonly oneByOneMs: number;
}

const SERVICES = 100;
const DESTINATIONS = 10;
const ROUNDS = 15;

process.stdout.write(`${JSON.stringify(await measure())}\n`);

async function measure(): Promise<ApplyFigures> {
  const directory = await mkdtemp(join(tmpdir(), 'weir-bench-'));
  const [before, after] = [table(SERVICES, DESTINATIONS, 100), table(SERVICES, DESTINATIONS, 90)];
  const input = {
    desired: after,
    actual: asActual(before),
    owned: new Set(before.map(({ protocol, address, port }) => `${protocol} ${address}:${port}`)),
    draining: new Map(),
    nowMs: 0,
    drainMs: 60_000,
  };
  try {
    const [reconciled, rendered, read, applied]: [number[], number[], number[], number[]] = [[], [], [], []];
    let [changes, batches] = [0, 0];
    for (let round = 0; round < ROUNDS; round += 1) {
      const program = await writeFakeIpvsadm(directory, before, after);
      batches = 0;
      const run: RunCommand = (_command, args, stdin) => {
        batches += args.includes('--restore') && !isListing(stdin ?? '') ? 1 : 0;
        return runCommand(program, args, stdin);
      };
      const dataPlane = new IpvsDataPlane(run, () => Promise.resolve([]));
      const plan = timed(() => reconcile(input));
      changes = plan.answer.actions.length;
      reconciled.push(plan.ms);
      rendered.push(timed(() => renderRestore(plan.answer.actions, () => undefined)).ms);
      read.push(await took(() => dataPlane.read()));
      applied.push(
        await took(async () => {
          const outcomes = await dataPlane.apply(plan.answer.actions);
          if (outcomes.some(({ error }) => error !== null)) throw new Error('the stand-in did not take the batch');
        }),
      );
    }
    return {
      changes,
      reconcileMs: medianOf(reconciled),
      renderMs: medianOf(rendered),
      readMs: medianOf(read),
      applyMs: medianOf(applied),
      batches,
      oneByOneMs: await took(() => oneByOne(join(directory, 'ipvsadm'), changes)),
    };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function oneByOne(program: string, changes: number): Promise<void> {
  const args = ['-e', '-t', '203.0.113.1:443', '-r', '10.0.0.1:8443', '-m', '-w', '90'];
  for (let change = 0; change < changes; change += 1) await runCommand(program, args);
}

async function took(run: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await run();
  return performance.now() - startedMs;
}
