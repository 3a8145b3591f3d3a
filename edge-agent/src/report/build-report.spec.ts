import { describe, expect, it } from 'vitest';
import { agentReportSchema } from '#contracts/agent-report.js';
import { exampleConfiguration, exampleLoadBalancer } from '../configuration/example-configuration.js';
import { routesOf } from '../configuration/routes.js';
import { UNKNOWN } from '../probe/verdict.js';
import { buildReport } from './build-report.js';
import { exampleView } from './example-view.js';

const identity = { agentVersion: '0.1.0', instance: 'i-1', sequence: 3, monotonicMs: 1234.5 };

describe('buildReport', () => {
  it('tells what is announced where the edge announces, though it be nothing', () => {
    expect(buildReport(exampleView(), identity)).not.toHaveProperty('announced');
    for (const announced of [[], ['203.0.113.10']])
      expect(agentReportSchema.parse(buildReport(exampleView({ announced }), identity)).announced).toEqual(announced);
  });

  it('adds up the addresses of a load balancer', () => {
    const report = buildReport(exampleView(), identity);
    expect(agentReportSchema.parse(report)).toEqual({
      version: 1,
      edge: 'ams-1',
      ...identity,
      applied: { term: 1, generation: 7 },
      dataPlane: 'userspace',
      loadBalancers: [
        {
          name: 'shop',
          connections: 20,
          origins: [
            {
              origin: 'us-west',
              connections: 18,
              rttMs: 12,
              lossRatio: 0,
              endpoints: [{ address: '192.0.2.11', up: true, weight: 9, activeConnections: 18 }],
            },
            {
              origin: 'eu-central',
              connections: 2,
              rttMs: null,
              lossRatio: 0.5,
              endpoints: [{ address: '192.0.2.12', up: false, weight: 0, activeConnections: 2 }],
            },
          ],
        },
      ],
      errors: [],
    });
  });

  it('says what it does not know', () => {
    const view = exampleView({ applied: null, verdict: () => UNKNOWN });
    const { applied, loadBalancers } = buildReport(view, identity);
    expect(applied).toBeNull();
    expect(loadBalancers[0]?.origins[0]).toMatchObject({ rttMs: null, endpoints: [{ up: null }] });
    expect(loadBalancers[0]?.origins[0]).not.toHaveProperty('lossRatio');
  });

  it('calls an endpoint down that is down on one of its listeners', () => {
    const listeners = [80, 443].map((port) => ({ protocol: 'TCP' as const, port }));
    const endpoints = [{ origin: 'us-west', address: '192.0.2.11', weight: 1 }];
    const routes = routesOf(exampleConfiguration({ loadBalancers: [exampleLoadBalancer({ listeners, endpoints })] }));
    const view = exampleView({ routes, verdict: ({ port }) => ({ ...UNKNOWN, up: port === 80, latencies: [1] }) });
    expect(buildReport(view, identity).loadBalancers[0]?.origins[0]?.endpoints).toMatchObject([{ up: false }]);
  });

  it('tells what is on its way out', () => {
    const service = { protocol: 'UDP', address: '2001:db8::10', port: 5000, endPort: 5999 } as const;
    const departure = {
      destination: '[2001:db8:1::11]:0',
      loadBalancer: 'shop',
      origin: null,
      connections: 3,
      secondsLeft: 41.5,
    };
    const report = buildReport(exampleView({ departures: [{ service, ...departure }] }), identity);
    expect(agentReportSchema.parse(report).departures).toEqual([
      { service: 'UDP [2001:db8::10]:5000-5999', ...departure },
    ]);
  });

  it('tells what is wrong', () => {
    const problems = [{ code: 'failing-open', message: 'shop: all down' }] as const;
    expect(buildReport(exampleView({ problems }), identity).errors).toEqual(problems);
  });
});
