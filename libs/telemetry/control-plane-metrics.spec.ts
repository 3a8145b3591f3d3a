import { describe, expect, it } from 'vitest';
import { ControlPlaneMetrics } from './control-plane-metrics.js';

/** The series of one metric as exposed, without its help and type. */
async function series(metrics: ControlPlaneMetrics, name: string): Promise<readonly string[]> {
  const { body } = await metrics.exposition();
  return body.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
}

describe('ControlPlaneMetrics', () => {
  it('exposes text for Prometheus, with the figures of the process', async () => {
    const { contentType, body } = await new ControlPlaneMetrics().exposition();
    expect(contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(body).toContain('process_cpu_seconds_total');
  });

  it('names its metrics and labels as agreed', async () => {
    const metrics = new ControlPlaneMetrics();
    metrics.recordStage('solve', 0.02);
    metrics.recordFailure('solver-deadline');
    metrics.recordTrigger('timer');
    metrics.recordSolverRescues(3);
    metrics.recordObjectiveLatency(0.0425);
    metrics.recordShares([{ loadBalancer: 'shop', edge: 'fra-1', origin: 'us-west', share: 0.25 }]);
    metrics.recordShift('overload', 0.02);
    metrics.recordOrigins([{ origin: 'us-west', load: 120, capacity: 100, shadowPriceSeconds: 0.03 }], 15);
    metrics.recordStaleInputs(2);
    metrics.recordUnusableFigures(4);
    metrics.recordAgents([{ edge: 'fra-1', isConnected: true, publicationLagSeconds: 1.5 }]);
    metrics.recordMode('shadow');
    const { body } = await metrics.exposition();
    const own = body.split('\n').filter((line) => line.startsWith('weir_') && !line.includes('_bucket'));
    expect(own).toEqual([
      'weir_cycle_duration_seconds_sum{stage="solve"} 0.02',
      'weir_cycle_duration_seconds_count{stage="solve"} 1',
      'weir_cycle_failures_total{reason="solver-deadline"} 1',
      'weir_cycle_trigger_total{trigger="timer"} 1',
      'weir_cycle_solver_rescues_total 3',
      'weir_objective_latency_seconds 0.0425',
      'weir_share{load_balancer="shop",edge="fra-1",origin="us-west"} 0.25',
      'weir_share_shift_total{reason="overload"} 0.02',
      'weir_origin_load{origin="us-west"} 120',
      'weir_origin_capacity{origin="us-west"} 100',
      'weir_origin_overload_seconds_total{origin="us-west"} 15',
      'weir_origin_shadow_price_seconds{origin="us-west"} 0.03',
      'weir_stale_inputs 2',
      'weir_unusable_figures 4',
      'weir_publication_lag_seconds{edge="fra-1"} 1.5',
      'weir_agents_connected 1',
      'weir_agent_connected{edge="fra-1"} 1',
      'weir_scheduler_mode{mode="running"} 0',
      'weir_scheduler_mode{mode="frozen"} 0',
      'weir_scheduler_mode{mode="shadow"} 1',
      'weir_leader 0',
    ]);
  });

  it('drops the shares of pairs that are gone', async () => {
    const metrics = new ControlPlaneMetrics();
    const pair = { loadBalancer: 'shop', edge: 'fra-1' };
    metrics.recordShares([
      { ...pair, origin: 'us-west', share: 0.4 },
      { ...pair, origin: 'eu-central', share: 0.6 },
    ]);
    metrics.recordShares([{ ...pair, origin: 'eu-central', share: 1 }]);
    expect(await series(metrics, 'weir_share')).toEqual([
      'weir_share{load_balancer="shop",edge="fra-1",origin="eu-central"} 1',
    ]);
  });

  it('counts overload for as long as an origin was above its capacity, from 0 on', async () => {
    const metrics = new ControlPlaneMetrics();
    const overload = () => series(metrics, 'weir_origin_overload_seconds_total');
    metrics.recordOrigins([{ origin: 'us-west', load: 100, capacity: 100 }], 15);
    expect(await overload()).toEqual(['weir_origin_overload_seconds_total{origin="us-west"} 0']);
    metrics.recordOrigins([{ origin: 'us-west', load: 101, capacity: 100 }], 15);
    metrics.recordOrigins([{ origin: 'us-west', load: 1, capacity: 0 }], 5);
    expect(await overload()).toEqual(['weir_origin_overload_seconds_total{origin="us-west"} 20']);
  });

  it.each([
    ['exactly at its capacity', 1_000, 1_000, 0],
    ['above it by less than noise', 1_004, 1_000, 0],
    ['above it by more than noise', 1_006, 1_000, 15],
    ['that may take none and gets some', 0.001, 0, 15],
    ['that may take none and gets none', 0, 0, 0],
  ])('counts as overload of an origin %s: %d of %d for %d s', async (_, load, capacity, seconds) => {
    const metrics = new ControlPlaneMetrics();
    metrics.recordOrigins([{ origin: 'us-west', load, capacity }], 15);
    expect(await series(metrics, 'weir_origin_overload_seconds_total')).toEqual([
      `weir_origin_overload_seconds_total{origin="us-west"} ${seconds}`,
    ]);
  });

  it('shows no price of an origin whose price is not known any more, and a price of 0', async () => {
    const metrics = new ControlPlaneMetrics();
    metrics.recordOrigins([{ origin: 'us-west', load: 5, shadowPriceSeconds: 0.02 }], 15);
    const now = { origin: 'eu-central', load: 5, shadowPriceSeconds: 0 };
    metrics.recordOrigins([{ origin: 'us-west', load: 5 }, now], 15);
    expect(await series(metrics, 'weir_origin_shadow_price_seconds')).toEqual([
      'weir_origin_shadow_price_seconds{origin="eu-central"} 0',
    ]);
  });

  it('shows no latency before it is known and without demand', async () => {
    const metrics = new ControlPlaneMetrics();
    const latency = () => series(metrics, 'weir_objective_latency_seconds');
    expect(await latency()).toEqual([]);
    metrics.recordObjectiveLatency(0.02);
    expect(await latency()).toEqual(['weir_objective_latency_seconds 0.02']);
    metrics.recordObjectiveLatency(null);
    expect(await latency()).toEqual([]);
  });

  it('counts cycles by what started them', async () => {
    const metrics = new ControlPlaneMetrics();
    for (const cause of ['timer', 'urgent', 'timer']) metrics.recordTrigger(cause);
    expect(await series(metrics, 'weir_cycle_trigger_total')).toEqual([
      'weir_cycle_trigger_total{trigger="timer"} 2',
      'weir_cycle_trigger_total{trigger="urgent"} 1',
    ]);
  });

  it('has no capacity for an unlimited origin, and 0 for one that can take none', async () => {
    const metrics = new ControlPlaneMetrics();
    metrics.recordOrigins([{ origin: 'us-west', load: 5, capacity: 9 }], 15);
    metrics.recordOrigins(
      [
        { origin: 'us-west', load: 5 },
        { origin: 'eu-central', load: 0, capacity: 0 },
      ],
      15,
    );
    expect(await series(metrics, 'weir_origin_capacity')).toEqual(['weir_origin_capacity{origin="eu-central"} 0']);
  });

  it('counts connected agents alone, and forgets the lag of removed edges', async () => {
    const metrics = new ControlPlaneMetrics();
    metrics.recordAgents([
      { edge: 'fra-1', isConnected: true, publicationLagSeconds: 0 },
      { edge: 'ams-1', isConnected: false, publicationLagSeconds: 90 },
    ]);
    expect(await series(metrics, 'weir_agents_connected')).toEqual(['weir_agents_connected 1']);
    metrics.recordAgents([{ edge: 'ams-1', isConnected: false, publicationLagSeconds: 95 }]);
    expect(await series(metrics, 'weir_publication_lag_seconds')).toEqual([
      'weir_publication_lag_seconds{edge="ams-1"} 95',
    ]);
  });

  it('counts a failure that has not happened yet as 0, and loses none that has', async () => {
    const metrics = new ControlPlaneMetrics();
    metrics.recordFailure('storage');
    metrics.expectFailures(['storage', 'solver-failure']);
    expect(await series(metrics, 'weir_cycle_failures_total')).toEqual([
      'weir_cycle_failures_total{reason="storage"} 1',
      'weir_cycle_failures_total{reason="solver-failure"} 0',
    ]);
  });

  it('knows of each edge whether its agent is in contact, and of the mode in force alone', async () => {
    const metrics = new ControlPlaneMetrics();
    metrics.recordAgents([
      { edge: 'fra-1', isConnected: true, publicationLagSeconds: 0 },
      { edge: 'ams-1', isConnected: false, publicationLagSeconds: 0 },
    ]);
    metrics.recordMode('frozen');
    metrics.recordMode('running');
    expect(await series(metrics, 'weir_agent_connected')).toEqual([
      'weir_agent_connected{edge="fra-1"} 1',
      'weir_agent_connected{edge="ams-1"} 0',
    ]);
    expect(await series(metrics, 'weir_scheduler_mode')).toContain('weir_scheduler_mode{mode="running"} 1');
    expect(await series(metrics, 'weir_scheduler_mode')).toContain('weir_scheduler_mode{mode="frozen"} 0');
  });

  it('keeps the figures of two instances apart', async () => {
    const [one, other] = [new ControlPlaneMetrics(), new ControlPlaneMetrics()];
    one.recordFailure('stale-input');
    expect(await series(other, 'weir_cycle_failures_total')).toEqual([]);
  });

  it('shows nothing of a plan any more once it leads no more', async () => {
    const metrics = new ControlPlaneMetrics();
    metrics.recordLeader(true);
    metrics.recordShares([{ loadBalancer: 'shop', edge: 'fra-1', origin: 'us-west', share: 1 }]);
    metrics.recordObjectiveLatency(0.05);
    metrics.recordLeader(false);
    const { body } = await metrics.exposition();
    const own = body.split('\n').filter((line) => /^weir_(share|leader|objective)/.test(line));
    expect(own).toEqual(['weir_leader 0']);
  });
});
