import { describe, expect, it } from 'vitest';
import type { AgentReport } from '#contracts/agent-report.js';
import { edgeName, originName } from '#core/model/name.js';
import type { Notice, Plan } from '#core/plan/plan.js';
import { ManualClock } from '#testkit/manual-clock.js';
import { AgentWatch } from './agent-watch.js';
import { DecisionWatch } from './decision-watch.js';
import type { Occurrence } from './event-journal.js';

const report = (up: boolean | null): AgentReport => ({
  version: 1,
  edge: 'ams-1',
  agentVersion: '0.1.0',
  instance: 'a',
  sequence: 1,
  monotonicMs: 1,
  applied: null,
  dataPlane: 'ipvs',
  loadBalancers: [
    {
      name: 'shop',
      connections: 0,
      origins: [
        {
          origin: 'eu',
          connections: 0,
          rttMs: null,
          endpoints: [{ address: '192.0.2.1', up, weight: 1, activeConnections: 0 }],
        },
      ],
    },
  ],
  errors: [],
});

function watching() {
  const noted: Occurrence[] = [];
  const clock = new ManualClock();
  const watch = new AgentWatch((occurrence) => void noted.push(occurrence), clock);
  /** What was noted since the last look. */
  const news = () => noted.splice(0).map(({ type, resource }) => [type, resource]);
  return { watch, clock, news };
}

describe('AgentWatch', () => {
  it('notes an agent that comes, goes silent and comes back', () => {
    const { watch, clock, news } = watching();
    watch.record(report(true));
    watch.record(report(true));
    expect(news()).toEqual([['agent.arrived', 'edges/ams-1']]);
    clock.advance(15_000);
    watch.sync();
    expect(news()).toEqual([]);
    clock.advance(1);
    watch.sync();
    watch.sync();
    expect(news()).toEqual([['agent.lost', 'edges/ams-1']]);
    watch.record(report(true));
    expect(news()).toEqual([['agent.arrived', 'edges/ams-1']]);
  });

  it('does not call an agent lost whose edge was removed', () => {
    const { watch, clock, news } = watching();
    watch.record(report(true));
    news();
    watch.forget(edgeName('ams-1'));
    clock.advance(60_000);
    watch.sync();
    expect(news()).toEqual([]);
  });

  it('notes each change of health once, and what is down from the first', () => {
    const { watch, news } = watching();
    for (const up of [null, true, true]) watch.record(report(up));
    expect(news()).toEqual([['agent.arrived', 'edges/ams-1']]);
    for (const up of [false, false, true, null]) watch.record(report(up));
    expect(news()).toEqual([
      ['health.down', 'origins/eu'],
      ['health.up', 'origins/eu'],
    ]);
    watch.record(report(false));
    expect(news()).toEqual([['health.down', 'origins/eu']]);
  });
});

describe('DecisionWatch', () => {
  const planWith = (...notices: readonly Notice[]): Plan => ({
    decidedAtMs: 0,
    pairs: [],
    origins: [],
    limits: [],
    notices,
  });
  const overload = (...names: readonly string[]): Notice => ({ code: 'overload', origins: names.map(originName) });

  function deciding() {
    const noted: Occurrence[] = [];
    const watch = new DecisionWatch((occurrence) => void noted.push(occurrence));
    return { watch, news: () => noted.splice(0).map(({ type, resource }) => [type, resource]) };
  }

  it('notes what begins and what ceases, and not what lasts', () => {
    const { watch, news } = deciding();
    const outcome = { kind: 'planned' } as const;
    watch.cycleEnded({ outcome, plan: planWith(overload('eu')) });
    watch.cycleEnded({ outcome, plan: planWith(overload('eu')) });
    expect(news()).toEqual([['decision.noticed', 'origins/eu']]);
    watch.cycleEnded({ outcome, plan: planWith(overload('us'), { code: 'unusable-figures', count: 3 }) });
    expect(news()).toEqual([
      ['decision.noticed', 'origins/us'],
      ['decision.noticed', 'scheduler'],
      ['decision.cleared', 'origins/eu'],
    ]);
    watch.cycleEnded({ outcome, plan: planWith(overload('us'), { code: 'unusable-figures', count: 4 }) });
    expect(news()).toEqual([]);
  });

  it('notes once for each cause that the last plan stays', () => {
    const { watch, news } = deciding();
    const kept = { kind: 'kept', cause: 'decision-failed', details: ['no answer'] } as const;
    const partly = { kind: 'partly-kept', cause: 'solver-failure', pairs: 1, details: [] } as const;
    for (const outcome of [kept, kept, partly, { kind: 'planned' } as const, kept]) {
      watch.cycleEnded({ outcome, plan: null });
    }
    expect(news()).toEqual(Array(3).fill(['decision.kept', 'scheduler']));
  });
});
