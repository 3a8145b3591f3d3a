import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planAnnouncement, type AddressState, type AnnouncementSituation } from './announcement-policy.js';

const ADDRESS = '203.0.113.10';
const HOLD_MS = 10_000;

const situation = (
  changes: Partial<Omit<AnnouncementSituation, 'addresses'>> & Partial<AddressState> & { isAnnounced?: boolean } = {},
): AnnouncementSituation => ({
  edgeState: 'active',
  addresses: [{ address: ADDRESS, isServed: true, isHealthy: true, ...changes }].map(
    ({ address, isServed, isHealthy }) => ({ address, isServed, isHealthy }),
  ),
  announced: new Set(changes.isAnnounced === true ? [ADDRESS] : []),
  unhealthyAtMs: changes.unhealthyAtMs ?? new Map(),
  nowMs: changes.nowMs ?? 100_000,
  holdMs: HOLD_MS,
  ...(changes.edgeState !== undefined && { edgeState: changes.edgeState }),
});

describe('planAnnouncement', () => {
  it.each<[string, Parameters<typeof situation>[0], boolean]>([
    ['announces what is served and healthy', {}, true],
    ['withdraws on an edge that is draining', { edgeState: 'draining', isAnnounced: true }, false],
    ['withdraws on an edge that is disabled', { edgeState: 'disabled', isAnnounced: true }, false],
    ['withdraws what has no service', { isServed: false, isAnnounced: true }, false],
    ['withdraws what has nothing healthy behind it', { isHealthy: false, isAnnounced: true }, false],
    ['does not begin to announce before the probes know', { isHealthy: null }, false],
    ['does not withdraw before the probes know', { isHealthy: null, isAnnounced: true }, true],
    ['waits after it was unhealthy', { unhealthyAtMs: new Map([[ADDRESS, 90_001]]) }, false],
    ['waits no longer than it must', { unhealthyAtMs: new Map([[ADDRESS, 90_000]]) }, true],
    [
      'keeps what another process announces again',
      { unhealthyAtMs: new Map([[ADDRESS, 95_000]]), isAnnounced: true },
      true,
    ],
  ])('%s', (_, changes, isAnnounced) => {
    expect(planAnnouncement(situation(changes)).announce).toEqual(isAnnounced ? [ADDRESS] : []);
  });

  it('names what it keeps from users for its health alone', () => {
    expect(planAnnouncement(situation({ isHealthy: false })).unhealthy).toEqual([ADDRESS]);
    expect(planAnnouncement(situation({ isHealthy: null })).unhealthy).toEqual([]);
  });

  it('decides for each address apart', () => {
    const [good] = situation().addresses;
    const bad = { address: '203.0.113.11', isServed: true, isHealthy: false };
    expect(planAnnouncement({ ...situation(), addresses: [bad, good!] }).announce).toEqual([ADDRESS]);
  });

  it('forgets addresses that are not served any more', () => {
    const plan = planAnnouncement(situation({ unhealthyAtMs: new Map([['203.0.113.99', 1]]) }));
    expect([...plan.unhealthyAtMs]).toEqual([]);
  });

  it('never announces twice within the hold time, however health flaps', () => {
    const flapping = fc.array(fc.tuple(fc.integer({ min: 1, max: 3 * HOLD_MS }), fc.constantFrom(true, false, null)));
    fc.assert(
      fc.property(flapping, (steps) => {
        let last = planAnnouncement(situation());
        let nowMs = 100_000;
        let startedMs = nowMs;
        for (const [passedMs, isHealthy] of steps) {
          nowMs += passedMs;
          const wasAnnounced = last.announce.length > 0;
          last = planAnnouncement(
            situation({ isHealthy, isAnnounced: wasAnnounced, unhealthyAtMs: last.unhealthyAtMs, nowMs }),
          );
          if (isHealthy === false) expect(last.announce).toEqual([]);
          if (wasAnnounced || last.announce.length === 0) continue;
          expect(nowMs - startedMs).toBeGreaterThanOrEqual(HOLD_MS);
          startedMs = nowMs;
        }
      }),
    );
  });
});
