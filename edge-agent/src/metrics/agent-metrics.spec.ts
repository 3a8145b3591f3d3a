import { describe, expect, it } from 'vitest';
import type { Problem } from '../problem.js';
import { exampleView } from '../report/example-view.js';
import { AgentMetrics } from './agent-metrics.js';

const LISTENER = 'load_balancer="shop",listener="tcp-443",edge="ams-1"';
const US_WEST = `${LISTENER},origin="us-west",endpoint="192.0.2.11"`;
const EU_CENTRAL = `${LISTENER},origin="eu-central",endpoint="192.0.2.12"`;

async function seriesOf(metrics: AgentMetrics): Promise<readonly string[]> {
  return (await metrics.exposition()).split('\n').filter((line) => line.startsWith('weir_'));
}

describe('AgentMetrics', () => {
  it('exports what the agent knows at the scrape', async () => {
    const metrics = new AgentMetrics('ams-1');
    metrics.exportView(() => ({ ...exampleView(), configurationAgeSeconds: 2.5 }));
    const series = await seriesOf(metrics);
    expect(series.filter((line) => !line.includes('apply_duration'))).toEqual([
      'weir_edge_apply_errors_total{edge="ams-1"} 0',
      `weir_edge_connections_total{${LISTENER}} 20`,
      `weir_edge_origin_connections_total{${US_WEST}} 18`,
      `weir_edge_origin_connections_total{${EU_CENTRAL}} 2`,
      `weir_edge_bytes_total{${LISTENER},direction="in"} 200`,
      `weir_edge_bytes_total{${LISTENER},direction="out"} 400`,
      `weir_edge_active_connections{${US_WEST}} 18`,
      `weir_edge_active_connections{${EU_CENTRAL}} 2`,
      `weir_edge_weight{${US_WEST}} 9`,
      `weir_edge_weight{${EU_CENTRAL}} 0`,
      'weir_edge_endpoint_up{load_balancer="shop",edge="ams-1",origin="us-west",endpoint="192.0.2.11"} 1',
      'weir_edge_endpoint_up{load_balancer="shop",edge="ams-1",origin="eu-central",endpoint="192.0.2.12"} 0',
      'weir_edge_origin_rtt_seconds{load_balancer="shop",edge="ams-1",origin="us-west"} 0.012',
      'weir_edge_probe_loss_ratio{load_balancer="shop",edge="ams-1",origin="us-west"} 0',
      'weir_edge_probe_loss_ratio{load_balancer="shop",edge="ams-1",origin="eu-central"} 0.5',
      `weir_edge_source_port_use_ratio{${US_WEST}} ${18 / 28_232}`,
      `weir_edge_source_port_use_ratio{${EU_CENTRAL}} 0.00007084159818645509`,
      'weir_edge_configuration_generation{edge="ams-1"} 7',
      'weir_edge_configuration_age_seconds{edge="ams-1"} 2.5',
    ]);
  });

  it('shows the same at every scrape, and drops what is gone', async () => {
    const metrics = new AgentMetrics('ams-1');
    let view = { ...exampleView(), configurationAgeSeconds: 0 };
    metrics.exportView(() => view);
    const first = await seriesOf(metrics);
    expect(await seriesOf(metrics)).toEqual(first);
    view = { ...view, routes: [], applied: null };
    const later = await seriesOf(metrics);
    expect(later.filter((line) => /_weight|_up|_rtt|_loss|_generation/.test(line))).toEqual([]);
    expect(later).toContain(`weir_edge_connections_total{${LISTENER}} 20`);
  });

  it('tells of each address whether it is announced', async () => {
    const metrics = new AgentMetrics('ams-1');
    metrics.exportView(() => ({ ...exampleView({ announced: ['2001:db8::10'] }), configurationAgeSeconds: 0 }));
    expect((await seriesOf(metrics)).filter((line) => line.startsWith('weir_edge_announced'))).toEqual([
      'weir_edge_announced{edge="ams-1",address="203.0.113.10"} 0',
      'weir_edge_announced{edge="ams-1",address="2001:db8::10"} 1',
    ]);
  });

  it('shows what is on its way out, with empty labels where nobody knows it any more', async () => {
    const metrics = new AgentMetrics('ams-1');
    const service = { protocol: 'TCP', address: '203.0.113.10', port: 443 } as const;
    const departures = [
      { loadBalancer: 'shop', origin: 'us-west', destination: '192.0.2.11:8443', connections: 3, secondsLeft: 41.5 },
      { loadBalancer: null, origin: null, destination: '192.0.2.19:8443', connections: 1, secondsLeft: 0 },
    ].map((departure) => ({ service, ...departure }));
    metrics.exportView(() => ({ ...exampleView({ departures }), configurationAgeSeconds: 0 }));
    const labels = 'service="TCP 203.0.113.10:443",destination=';
    const series = await seriesOf(metrics);
    expect(series.filter((line) => line.includes('draining'))).toEqual([
      `weir_edge_draining_connections{load_balancer="shop",edge="ams-1",origin="us-west",${labels}"192.0.2.11:8443"} 3`,
      `weir_edge_draining_connections{load_balancer="",edge="ams-1",origin="",${labels}"192.0.2.19:8443"} 1`,
      `weir_edge_draining_seconds_left{load_balancer="shop",edge="ams-1",origin="us-west",${labels}"192.0.2.11:8443"} 41.5`,
      `weir_edge_draining_seconds_left{load_balancer="",edge="ams-1",origin="",${labels}"192.0.2.19:8443"} 0`,
    ]);
  });

  it('names each kind of problem once, for as long as it lasts', async () => {
    const metrics = new AgentMetrics('ams-1');
    const refused = { code: 'action-failed', message: 'shop: the kernel refused' } as const;
    let problems: readonly Problem[] = [refused, { ...refused, message: 'blog: the kernel refused' }];
    metrics.exportView(() => ({ ...exampleView({ problems }), configurationAgeSeconds: 0 }));
    const shown = async () => (await seriesOf(metrics)).filter((line) => line.startsWith('weir_edge_problem'));
    expect(await shown()).toEqual(['weir_edge_problem{edge="ams-1",code="action-failed"} 1']);
    problems = [];
    expect(await shown()).toEqual([]);
  });

  it('counts failures and times of syncs', async () => {
    const metrics = new AgentMetrics('ams-1');
    metrics.recordSync({ durationMs: 30, failureCount: 2 });
    const series = await seriesOf(metrics);
    expect(series).toContain('weir_edge_apply_errors_total{edge="ams-1"} 2');
    expect(series).toContain('weir_edge_apply_duration_seconds_sum{edge="ams-1"} 0.03');
    expect(series).toContain('weir_edge_apply_duration_seconds_bucket{le="0.05",edge="ams-1"} 1');
  });
});
