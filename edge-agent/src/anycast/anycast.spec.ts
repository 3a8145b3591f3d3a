import { describe, expect, it } from 'vitest';
import { createLogger } from '../logger.js';
import { UNKNOWN } from '../probe/verdict.js';
import { exampleView } from '../report/example-view.js';
import type { AgentView } from '../report/view.js';
import { Anycast, type AnycastParts } from './anycast.js';
import { FakeAnnouncer } from './fake-announcer.js';

const BOTH = ['2001:db8::10', '203.0.113.10'];

function createAnycast(changes: Partial<AnycastParts> = {}) {
  const announcer = new FakeAnnouncer();
  const world = { view: exampleView(), nowMs: 0, beats: 0, lines: [] as string[] };
  const anycast = new Anycast({
    announcer,
    heartbeat: { beat: () => Promise.resolve(void (world.beats += 1)) },
    view: () => world.view,
    clock: { monotonicMs: () => world.nowMs },
    logger: createLogger('info', (line) => void world.lines.push(line)),
    holdMs: 10_000,
    withdrawMs: 0,
    ...changes,
  });
  const see = (seen: Partial<AgentView>) => {
    world.view = exampleView(seen);
    return anycast.sync();
  };
  return { anycast, announcer, world, see };
}

const down: AgentView['verdict'] = () => ({ ...UNKNOWN, up: false });
const unknown: AgentView['verdict'] = () => UNKNOWN;

describe('Anycast', () => {
  it('announces after the first sync, and not before', async () => {
    const { anycast, announcer, world } = createAnycast();
    await anycast.start();
    expect(announcer.asked).toEqual([]);
    await anycast.sync();
    expect(announcer.announced).toEqual(BOTH);
    expect(anycast.addTo(world.view)).toMatchObject({ announced: BOTH, problems: [] });
  });

  it('changes nothing while there is no configuration, or no data plane to be seen', async () => {
    const { announcer, world, see } = createAnycast();
    await see({ edgeState: null });
    await see({ problems: [{ code: 'data-plane-unreadable', message: 'no ipvsadm' }] });
    expect(announcer.asked).toEqual([]);
    expect(world.beats).toBe(0);
  });

  it('keeps what the agent before it announced until the probes know', async () => {
    const { anycast, announcer, see } = createAnycast();
    announcer.announced = BOTH;
    await anycast.start();
    await see({ verdict: unknown });
    expect(announcer.announced).toEqual(BOTH);
    await see({ verdict: down });
    expect(announcer.announced).toEqual([]);
  });

  it('has what was announced last announced on when it cannot be read and the probes do not know', async () => {
    const { anycast, announcer, see } = createAnycast();
    announcer.announced = BOTH;
    await anycast.start();
    announcer.isReadable = false;
    await see({ verdict: unknown });
    await see({ verdict: unknown });
    expect(announcer.asked).toEqual([BOTH, BOTH]);
  });

  it('leaves users to other edges when nothing is healthy here, says so, and waits before it takes them back', async () => {
    const { anycast, announcer, world, see } = createAnycast();
    await anycast.sync();
    await see({ verdict: down });
    const { announced, problems } = anycast.addTo(world.view);
    expect(announced).toEqual([]);
    expect(problems.map(({ code }) => code)).toEqual(['nothing-healthy', 'nothing-healthy']);
    world.nowMs = 9_999;
    await see({});
    expect(announcer.announced).toEqual([]);
    world.nowMs = 10_000;
    await see({});
    expect(announcer.announced).toEqual(BOTH);
    expect(anycast.addTo(world.view).problems).toEqual([]);
  });

  it('withdraws while the edge drains, and announces again at once when it is active', async () => {
    const { announcer, see } = createAnycast();
    await see({});
    await see({ edgeState: 'draining' });
    expect(announcer.announced).toEqual([]);
    await see({});
    expect(announcer.announced).toEqual(BOTH);
  });

  it('withdraws when it stops, for good', async () => {
    const { anycast, announcer } = createAnycast();
    await anycast.sync();
    const stopping = anycast.stop();
    await Promise.all([anycast.sync(), stopping]);
    await anycast.sync();
    expect(announcer.asked).toEqual([BOTH, []]);
  });

  it('leaves the announcement to the next agent when that is wanted', async () => {
    const { anycast, announcer } = createAnycast();
    await anycast.sync();
    await anycast.leave();
    await anycast.sync();
    expect(announcer.asked).toEqual([BOTH]);
  });

  it('tells a failure in every report, and logs it once', async () => {
    const { anycast, world } = createAnycast({
      announcer: {
        read: () => Promise.resolve(null),
        announce: () =>
          Promise.resolve({ announced: null, problems: [{ code: 'bird-unreachable', message: 'no BIRD' }] }),
      },
      heartbeat: { beat: () => Promise.reject(new Error('read-only file system')) },
    });
    await anycast.start();
    await anycast.sync();
    await anycast.sync();
    const { announced, problems } = anycast.addTo(world.view);
    expect(announced).toEqual([]);
    expect(problems.map(({ code }) => code)).toEqual(['bird-unreachable', 'heartbeat-failed']);
    expect(world.lines.filter((line) => line.includes('no BIRD'))).toHaveLength(1);
  });
});
