import assert from 'node:assert/strict';
import type { Announcer } from './announcer.js';

/** An announcer that announces nothing yet, and the hands of others. */
export interface AnnouncerWorld {
  readonly announcer: Announcer;
  /** Another process that announces the same way, as the watchdog does. */
  readonly other: Announcer;
  /** The routing daemon ends and starts again. */
  readonly restart: () => Promise<void>;
}

/** One obligation of the port, as a check that any announcer must pass. */
interface ContractCase {
  readonly name: string;
  readonly check: (world: AnnouncerWorld) => Promise<void>;
}

const BOTH = ['2001:db8::10', '203.0.113.10'];

/** The obligations of Announcer. Give every case a world of its own, or withdraw everything in between. */
export function announcerContract(): readonly ContractCase[] {
  return CASES;
}

const CASES: readonly ContractCase[] = [
  {
    name: 'announces exactly what it is asked to, of both families, and withdraws it',
    check: async ({ announcer }) => {
      for (const wanted of [BOTH, ['203.0.113.10', '203.0.113.11'], ['203.0.113.11'], []]) {
        assert.deepEqual(await announcer.announce(wanted), { announced: wanted, problems: [] });
        assert.deepEqual(await announcer.read(), wanted);
      }
    },
  },
  {
    name: 'does the same again when asked again, whatever the order and the spelling',
    check: async ({ announcer }) => {
      await announcer.announce(BOTH);
      const again = await announcer.announce(['203.0.113.10', '2001:0db8:0::10', '203.0.113.10']);
      assert.deepEqual(again, { announced: BOTH, problems: [] });
    },
  },
  {
    name: 'leaves the announcement to the next process, which may change it',
    check: async ({ announcer, other }) => {
      await announcer.announce(BOTH);
      assert.deepEqual(await other.read(), BOTH);
      assert.deepEqual(await other.announce([]), { announced: [], problems: [] });
      assert.deepEqual(await announcer.read(), []);
      assert.deepEqual(await announcer.announce(BOTH), { announced: BOTH, problems: [] });
    },
  },
  {
    name: 'announces still, or again, after the routing daemon was started anew',
    check: async ({ announcer, restart }) => {
      await announcer.announce(BOTH);
      await restart();
      assert.deepEqual(await announcer.announce(BOTH), { announced: BOTH, problems: [] });
    },
  },
];
