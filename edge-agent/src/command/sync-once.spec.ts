import { describe, expect, it } from 'vitest';
import type { EdgeConfiguration } from '#contracts/edge-configuration.js';
import { systemClock } from '../clock.js';
import { exampleConfiguration, exampleLoadBalancer } from '../configuration/example-configuration.js';
import { FakeIpvsadm } from '../ipvs/fake-ipvsadm.js';
import { IpvsDataPlane } from '../ipvs/ipvs-data-plane.js';
import { createLogger } from '../logger.js';
import type { AgentState } from '../store/agent-state.js';
import type { StoredMemory } from '../store/memory-file.js';
import { Memory } from '../store/memory.js';
import { recordingRun } from './recording-run.js';
import { syncOnce, type SyncOnceParts } from './sync-once.js';

interface World {
  readonly isDryRun: boolean;
  readonly stored?: AgentState;
  readonly published?: EdgeConfiguration | null;
  readonly remembered?: StoredMemory;
  readonly drainMs?: number;
  readonly kernel?: FakeIpvsadm;
}

/** One sync against a fake kernel; the control plane does not answer where nothing is published. */
function world({ isDryRun, stored, published, remembered, drainMs = 0, kernel = new FakeIpvsadm() }: World) {
  const saved: AgentState[] = [];
  const kept: StoredMemory[] = [];
  const { run, changes } = recordingRun(kernel.run, { isDryRun });
  const loaded = () => Promise.resolve({ state: stored ?? null, damage: null });
  const parts: SyncOnceParts = {
    edge: 'ams-1',
    client: {
      fetchConfiguration: () =>
        published === undefined
          ? Promise.reject(new Error('cannot reach the control plane'))
          : Promise.resolve(published),
    },
    stateFile: { inspect: loaded, load: loaded, save: (state) => Promise.resolve(void saved.push(state)) },
    memory: new Memory({
      file: {
        load: () => Promise.resolve(remembered ?? null),
        save: (memory) => Promise.resolve(void kept.push(memory)),
      },
      clock: systemClock,
    }),
    dataPlane: new IpvsDataPlane(run, () => Promise.resolve([])),
    changes,
    clock: systemClock,
    logger: createLogger('error', () => undefined),
    drainMs,
    isDryRun,
  };
  return { kernel, saved, kept, sync: () => syncOnce(parts) };
}

const writes = ({ calls }: FakeIpvsadm) => calls.filter((call) => !/-Ln| show| -S| -C| list /.test(call));
const FIRST = exampleConfiguration({ generation: 7 });

describe('syncOnce', () => {
  it('prints the batch it would apply, and changes nothing', async () => {
    const { kernel, saved, sync } = world({ isDryRun: true, published: FIRST });
    const { succeeded, text } = await sync();
    expect(succeeded).toBe(true);
    expect(text).toMatch(/^# generation 7 of term 1, 1 load balancers: would run\n/);
    expect(text).toContain('ip address add 203.0.113.10/32 dev weir0\n');
    expect(text).toContain(
      [
        "ipvsadm --restore <<'END'",
        '-A -t 203.0.113.10:443 -s mh -b mh-fallback,mh-port',
        '-a -t 203.0.113.10:443 -r 192.0.2.11:8443 -m -w 9',
        '-a -t 203.0.113.10:443 -r 192.0.2.12:8443 -m -w 1',
        'END\n',
      ].join('\n'),
    );
    expect(writes(kernel)).toEqual([]);
    expect(saved).toEqual([]);
  });

  it('applies what is published, stores it, and says so', async () => {
    const { kernel, saved, sync } = world({ isDryRun: false, published: FIRST });
    const { succeeded, text } = await sync();
    expect(succeeded).toBe(true);
    expect(text).toContain('# generation 7 of term 1, 1 load balancers: ran\n');
    expect(writes(kernel)).toContain('ipvsadm --restore');
    expect(saved.at(-1)).toMatchObject({ configuration: FIRST, owned: ['TCP 203.0.113.10:443'] });
  });

  it('takes the stored configuration where the control plane does not answer', async () => {
    const { sync } = world({ isDryRun: false, stored: { configuration: FIRST, owned: [] } });
    const { succeeded, text } = await sync();
    expect(succeeded).toBe(true);
    expect(text).toContain('# cannot reach the control plane\n# generation 7 of term 1');
  });

  it('fails where there is no configuration at all', async () => {
    const { sync } = world({ isDryRun: false });
    expect(await sync()).toEqual({
      succeeded: false,
      text: '# cannot reach the control plane\n# there is no configuration yet\n',
    });
  });

  it('holds removals back as the agent does', async () => {
    const loadBalancers = [1, 2, 3, 4].map((host) =>
      exampleLoadBalancer({ name: `shop-${host}`, addresses: [`203.0.113.${host}`] }),
    );
    const stored = { configuration: exampleConfiguration({ loadBalancers }), owned: [] };
    const published = exampleConfiguration({ generation: 2, loadBalancers: [] });
    const { saved, sync } = world({ isDryRun: false, stored, published });
    expect((await sync()).text).toContain('4 of them held back (shop-1, shop-2, shop-3, shop-4)');
    expect(saved.at(-1)).toMatchObject({ heldBack: ['shop-1', 'shop-2', 'shop-3', 'shop-4'] });
  });

  it('remembers deadlines from the run before, but no verdicts, which nobody would check', async () => {
    const before = world({ isDryRun: false, published: FIRST });
    await before.sync();
    const [gone, kept] = exampleLoadBalancer().endpoints;
    const {
      sync,
      kernel,
      kept: memories,
    } = world({
      isDryRun: false,
      kernel: before.kernel,
      stored: before.saved.at(-1)!,
      published: exampleConfiguration({ generation: 8, loadBalancers: [exampleLoadBalancer({ endpoints: [kept!] })] }),
      remembered: {
        savedMs: Date.now(),
        deadlines: { [`TCP 203.0.113.10:443 -> ${gone!.address}:8443`]: Date.now() - 1 },
        down: [`${kept!.address}:8443 TCP`],
      },
      drainMs: 60_000,
    });
    expect((await sync()).text).toContain(`-d -t 203.0.113.10:443 -r ${gone!.address}:8443\n`);
    expect(kernel.calls.join('')).not.toContain('-w 0');
    expect(memories.at(-1)?.down).toEqual([]);
  });
});
