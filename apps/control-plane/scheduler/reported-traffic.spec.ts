import { describe, expect, it } from 'vitest';
import type { AgentReport } from '#contracts/agent-report.js';
import { edgeName } from '#core/model/name.js';
import { ReportedTraffic } from './reported-traffic.js';
import { aReport, type Told } from './test-reports.js';

const NOW_MS = 1_000;

function trafficAfter(...reports: readonly AgentReport[]): ReportedTraffic {
  const traffic = new ReportedTraffic();
  for (const report of reports) traffic.record(report, NOW_MS);
  return traffic;
}

/** Reports of one edge, 5 s apart. */
function inTurn(edge: string, ...told: readonly Told[]): readonly AgentReport[] {
  return told.map((each, index) => aReport(edge, index + 1, each));
}

describe('ReportedTraffic', () => {
  it.each<[string, readonly AgentReport[], number]>([
    ['nothing from one report alone', inTurn('ams', { shop: { eu: 500 } }), 0],
    ['what the two newest differ by', inTurn('ams', { shop: { eu: 500 } }, { shop: { eu: 600 } }), 20],
    ['the newest two only', inTurn('ams', { shop: { eu: 0 } }, { shop: { eu: 900 } }, { shop: { eu: 950 } }), 10],
    [
      'all load balancers together',
      inTurn('ams', { blog: { eu: 5 }, shop: { eu: 0 } }, { blog: { eu: 55 }, shop: { eu: 100 } }),
      30,
    ],
    [
      'all edges together',
      [
        ...inTurn('ams', { shop: { eu: 0 } }, { shop: { eu: 50 } }),
        ...inTurn('fra', { shop: { eu: 7 } }, { shop: { eu: 57 } }),
      ],
      20,
    ],
    ['a counter that started again at 0', inTurn('ams', { shop: { eu: 900 } }, { shop: { eu: 50 } }), 10],
    [
      'another order and arcs that come and go',
      inTurn(
        'ams',
        { blog: { eu: 0, us: 3 }, gone: { eu: 9 }, shop: { eu: 0 } },
        { shop: { us: 9, eu: 50 }, blog: { eu: 50 }, fresh: { eu: 1_000 } },
      ),
      20,
    ],
    [
      'nothing of a new instance yet',
      [aReport('ams', 1, { shop: { eu: 0 } }), aReport('ams', 2, { shop: { eu: 900 } }, { instance: 'second' })],
      0,
    ],
    [
      'a rate once, though its report comes twice and an older one late',
      [
        ...inTurn('ams', { shop: { eu: 0 } }, { shop: { eu: 50 } }),
        aReport('ams', 2, { shop: { eu: 50 } }),
        aReport('ams', 1, { shop: { eu: 0 } }),
      ],
      10,
    ],
    ['nothing that nobody can believe', inTurn('ams', { shop: { eu: 0 } }, { shop: { eu: 1e300 } }), 0],
    [
      'what can be believed after it',
      inTurn('ams', { shop: { eu: 0 } }, { shop: { eu: 1e300 } }, { shop: { eu: 50 } }, { shop: { eu: 100 } }),
      10,
    ],
    [
      'nothing where the agent says that no time has passed',
      [aReport('ams', 1, { shop: { eu: 0 } }), aReport('ams', 2, { shop: { eu: 90 } }, { monotonicMs: 5_000 })],
      0,
    ],
  ])('counts %s', (_what, reports, load) => {
    expect(trafficAfter(...reports).load('eu')).toBeCloseTo(load, 9);
  });

  it('counts an edge no more that was removed', () => {
    const traffic = trafficAfter(...inTurn('ams', { shop: { eu: 0 } }, { shop: { eu: 50 } }));
    traffic.forget(edgeName('ams'));
    traffic.forget(edgeName('never-heard-of'));
    expect(traffic.load('eu')).toBe(0);
  });

  it('counts an edge no more that fell silent', () => {
    const traffic = trafficAfter(...inTurn('ams', { shop: { eu: 0 } }, { shop: { eu: 50 } }));
    for (const report of inTurn('fra', { shop: { eu: 0 } }, { shop: { eu: 75 } })) traffic.record(report, NOW_MS + 1);
    traffic.forgetSilent(NOW_MS + 1);
    expect(traffic.load('eu')).toBe(15);
  });

  describe('an arc is gone', () => {
    type Verdicts = readonly (boolean | null)[];
    const gone = (first: Verdicts, then: Verdicts, second: Partial<AgentReport> = {}): unknown => {
      const traffic = trafficAfter(aReport('ams', 1, { shop: { eu: 0 } }, { verdicts: { eu: first } }));
      return traffic.record(aReport('ams', 2, { shop: { eu: 0 } }, { verdicts: { eu: then }, ...second }), NOW_MS);
    };
    const GONE = [{ loadBalancer: 'shop', origin: 'eu' }];

    it.each<[string, Verdicts, Verdicts, boolean]>([
      ['its only endpoint went down', [true], [false], true],
      ['the last of its endpoints went down', [true, false], [false, false], true],
      ['an endpoint nobody had judged yet is down', [null], [false], true],
      ['one of its endpoints is still up', [true, true], [false, true], false],
      ['one is not judged yet', [true, true], [false, null], false],
      ['it was down before', [false], [false], false],
      ['it comes back', [false], [true], false],
      ['it has no endpoints', [true], [], false],
    ])('when %s: %s, then %s', (_when, first, then, is) => {
      expect(gone(first, then)).toEqual(is ? GONE : []);
    });

    it('when the agent was restarted meanwhile, too', () => {
      expect(gone([true], [false], { instance: 'second' })).toEqual(GONE);
    });

    it('not when it is first heard of as down', () => {
      const traffic = new ReportedTraffic();
      expect(traffic.record(aReport('ams', 1, { shop: { eu: 0 } }, { verdicts: { eu: [false] } }), NOW_MS)).toEqual([]);
    });
  });
});
