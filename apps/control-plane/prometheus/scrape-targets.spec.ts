import { beforeEach, describe, expect, it } from 'vitest';
import type { AgentReport } from '#contracts/agent-report.js';
import { edgeName } from '#core/model/name.js';
import { ManualClock } from '#testkit/manual-clock.js';
import { anEdge } from '#testkit/model-builders.js';
import { Fleet } from '../agent-channel/fleet.js';
import { scrapeTargets } from './scrape-targets.js';

const AMS = anEdge('ams-1');
const FRA = anEdge('fra-1');

describe('scrapeTargets', () => {
  let clock: ManualClock;
  let fleet: Fleet;

  beforeEach(() => {
    clock = new ManualClock();
    fleet = new Fleet(clock);
  });

  function report(edge: string, metricsAddress?: string): void {
    fleet.record(edgeName(edge), { edge, ...(metricsAddress !== undefined && { metricsAddress }) } as AgentReport);
  }

  it('tells each agent with the edge it is on', () => {
    report('ams-1', '192.0.2.1:9470');
    report('fra-1', '[2001:db8::1]:9470');
    expect(scrapeTargets([AMS, FRA], fleet)).toEqual([
      { targets: ['192.0.2.1:9470'], labels: { edge: 'ams-1', site: AMS.site, region: AMS.region } },
      { targets: ['[2001:db8::1]:9470'], labels: { edge: 'fra-1', site: FRA.site, region: FRA.region } },
    ]);
  });

  it('goes on telling an agent that has fallen silent', () => {
    report('ams-1', '192.0.2.1:9470');
    clock.advance(3_600_000);
    expect(scrapeTargets([AMS], fleet)).toHaveLength(1);
  });

  it('knows nothing of agents that serve no metrics, and of edges that are not declared', () => {
    report('ams-1');
    report('fra-1', '192.0.2.2:9470');
    expect(scrapeTargets([AMS], fleet)).toEqual([]);
    expect(scrapeTargets([], fleet)).toEqual([]);
  });

  it('waits after a start for agents that may still speak up, and for no longer', () => {
    report('ams-1', '192.0.2.1:9470');
    clock.advance(14_999);
    expect(scrapeTargets([AMS, FRA], fleet)).toBeNull();
    clock.advance(1);
    expect(scrapeTargets([AMS, FRA], fleet)).toHaveLength(1);
  });
});
