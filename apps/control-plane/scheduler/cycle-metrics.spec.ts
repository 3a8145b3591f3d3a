import { beforeEach, describe, expect, it } from 'vitest';
import { originName } from '#core/model/name.js';
import type { Plan, ShareReason } from '#core/plan/plan.js';
import { ControlPlaneMetrics } from '#telemetry/control-plane-metrics.js';
import { ManualClock } from '#testkit/manual-clock.js';
import { aPairPlan, aPlan } from '#testkit/model-builders.js';
import { CycleMetrics } from './cycle-metrics.js';
import type { CycleReport } from './cycle-runner.js';

interface PlanSketch {
  readonly near: number;
  readonly previousNear: number | null;
  readonly reason?: ShareReason;
  readonly load?: number;
  readonly capacity?: number | null;
  readonly shadowPriceMs?: number | null;
  readonly demand?: number;
  readonly notices?: Plan['notices'];
}

/** One edge and two origins; what the near one does not get the far one gets. */
function sketchedPlan({
  near,
  previousNear,
  reason = 'damped',
  load = 150,
  capacity = 100,
  shadowPriceMs = null,
  demand = 150,
  notices = [],
}: PlanSketch): Plan {
  const decision = (origin: string, share: number, previousShare: number | null) => ({
    origin: originName(origin),
    share,
    previousShare,
    reason,
    rttMs: origin === 'near' ? 20 : 100,
  });
  const shares = [
    decision('far', 1 - near, previousNear === null ? null : 1 - previousNear),
    decision('near', near, previousNear),
  ];
  return aPlan([aPairPlan({}, { demand, shares })], {
    origins: [{ origin: originName('near'), capacity, measuredLoad: load, expectedLoad: load, shadowPriceMs }],
    notices,
  });
}

function report(plan: Plan | null, overrides: Partial<CycleReport> = {}): CycleReport {
  return {
    trigger: 'timer',
    mode: 'running',
    outcome: { kind: 'planned' },
    solverRescues: 0,
    plan,
    stageSeconds: {},
    ...overrides,
  };
}

describe('CycleMetrics', () => {
  let clock: ManualClock;
  let metrics: ControlPlaneMetrics;
  let observer: CycleMetrics;

  beforeEach(() => {
    clock = new ManualClock();
    metrics = new ControlPlaneMetrics();
    observer = new CycleMetrics(metrics, clock);
  });

  /** The figure of one series; `undefined` while it is absent. */
  async function figure(series: string): Promise<number | undefined> {
    const { body } = await metrics.exposition();
    const line = body.split('\n').find((text) => text.startsWith(`${series} `));
    return line === undefined ? undefined : Number(line.slice(series.length + 1));
  }

  it('counts failures by cause', async () => {
    observer.cycleFailed('telemetry-unavailable');
    observer.cycleFailed('storage');
    observer.cycleFailed('storage');
    expect(await figure('weir_cycle_failures_total{reason="storage"}')).toBe(2);
    expect(await figure('weir_cycle_failures_total{reason="telemetry-unavailable"}')).toBe(1);
  });

  it('records how long each stage took, even without a plan', async () => {
    await observer.cycleEnded(report(null, { stageSeconds: { observe: 0.5, solve: 0.25 } }));
    await observer.cycleEnded(report(null, { stageSeconds: { observe: 0.5 } }));
    expect(await figure('weir_cycle_duration_seconds_sum{stage="observe"}')).toBe(1);
    expect(await figure('weir_cycle_duration_seconds_count{stage="solve"}')).toBe(1);
  });

  it('shows the shares in force', async () => {
    await observer.cycleEnded(report(sketchedPlan({ near: 0.75, previousNear: 0.77 })));
    expect(await figure('weir_share{load_balancer="shop",edge="ams-1",origin="near"}')).toBe(0.75);
    expect(await figure('weir_share{load_balancer="shop",edge="ams-1",origin="far"}')).toBe(0.25);
  });

  it('counts a move once, by its reason', async () => {
    await observer.cycleEnded(report(sketchedPlan({ near: 0.75, previousNear: 1 })));
    await observer.cycleEnded(report(sketchedPlan({ near: 0.5, previousNear: 0.75 })));
    await observer.cycleEnded(report(sketchedPlan({ near: 0, previousNear: 0.5, reason: 'ineligible' })));
    expect(await figure('weir_share_shift_total{reason="damped"}')).toBe(0.5);
    expect(await figure('weir_share_shift_total{reason="ineligible"}')).toBe(0.5);
  });

  it('counts a first plan as the arrival of everything', async () => {
    await observer.cycleEnded(report(sketchedPlan({ near: 0.75, previousNear: null, reason: 'initial' })));
    expect(await figure('weir_share_shift_total{reason="initial"}')).toBe(1);
  });

  it('does not count the moves of a kept plan again', async () => {
    const plan = sketchedPlan({ near: 0.75, previousNear: 1 });
    await observer.cycleEnded(report(plan));
    await observer.cycleEnded(report(plan, { outcome: { kind: 'kept', cause: 'decision-failed', details: [] } }));
    expect(await figure('weir_share_shift_total{reason="damped"}')).toBe(0.25);
    expect(await figure('weir_share{load_balancer="shop",edge="ams-1",origin="near"}')).toBe(0.75);
  });

  it('shows of a cycle in shadow what was measured, not what is not in force', async () => {
    await observer.cycleEnded(report(sketchedPlan({ near: 0.75, previousNear: 1, load: 150 })));
    await observer.cycleEnded(report(sketchedPlan({ near: 0.5, previousNear: 0.75, load: 170 }), { mode: 'shadow' }));
    expect(await figure('weir_share{load_balancer="shop",edge="ams-1",origin="near"}')).toBe(0.75);
    expect(await figure('weir_share_shift_total{reason="damped"}')).toBe(0.25);
    expect(await figure('weir_origin_load{origin="near"}')).toBe(170);
  });

  it('shows load and capacity, and counts overload for the time between two plans', async () => {
    await observer.cycleEnded(report(sketchedPlan({ near: 1, previousNear: 1 })));
    expect(await figure('weir_origin_overload_seconds_total{origin="near"}')).toBe(0);
    clock.advance(15_000);
    clock.stepWallClock(-3_600_000);
    await observer.cycleEnded(report(sketchedPlan({ near: 1, previousNear: 1 })));
    expect(await figure('weir_origin_load{origin="near"}')).toBe(150);
    expect(await figure('weir_origin_capacity{origin="near"}')).toBe(100);
    expect(await figure('weir_origin_overload_seconds_total{origin="near"}')).toBe(15);
    clock.advance(15_000);
    await observer.cycleEnded(report(sketchedPlan({ near: 1, previousNear: 1, load: 90 })));
    expect(await figure('weir_origin_overload_seconds_total{origin="near"}')).toBe(15);
  });

  it('shows no capacity of an unlimited origin, and a capacity of 0 as 0', async () => {
    await observer.cycleEnded(report(sketchedPlan({ near: 1, previousNear: 1, capacity: null })));
    expect(await figure('weir_origin_capacity{origin="near"}')).toBeUndefined();
    await observer.cycleEnded(report(sketchedPlan({ near: 1, previousNear: 1, capacity: 0 })));
    expect(await figure('weir_origin_capacity{origin="near"}')).toBe(0);
  });

  it('counts the pairs that are too old to act on', async () => {
    await observer.cycleEnded(report(sketchedPlan({ near: 1, previousNear: 1, reason: 'stale' })));
    expect(await figure('weir_stale_inputs')).toBe(1);
    await observer.cycleEnded(report(sketchedPlan({ near: 1, previousNear: 1, reason: 'held' })));
    expect(await figure('weir_stale_inputs')).toBe(0);
  });

  it('counts the moves of a plan of which some pairs were kept', async () => {
    const outcome = { kind: 'partly-kept', cause: 'solver-failure', pairs: 1, details: [] } as const;
    await observer.cycleEnded(report(sketchedPlan({ near: 0.75, previousNear: 1 }), { outcome }));
    expect(await figure('weir_share_shift_total{reason="damped"}')).toBe(0.25);
  });

  it('counts cycles by what started them, and rescues of one solver by another', async () => {
    await observer.cycleEnded(report(null, { trigger: 'urgent', solverRescues: 2 }));
    await observer.cycleEnded(report(null, { trigger: 'timer' }));
    await observer.cycleEnded(report(null, { trigger: 'urgent', solverRescues: 1 }));
    expect(await figure('weir_cycle_trigger_total{trigger="urgent"}')).toBe(2);
    expect(await figure('weir_cycle_trigger_total{trigger="timer"}')).toBe(1);
    expect(await figure('weir_cycle_solver_rescues_total')).toBe(3);
  });

  it('shows what more capacity would save, where it is known', async () => {
    const sketch = { near: 1, previousNear: 1 };
    await observer.cycleEnded(report(sketchedPlan({ ...sketch, shadowPriceMs: 250 })));
    expect(await figure('weir_origin_shadow_price_seconds{origin="near"}')).toBe(0.25);
    await observer.cycleEnded(report(sketchedPlan({ ...sketch, shadowPriceMs: 0 })));
    expect(await figure('weir_origin_shadow_price_seconds{origin="near"}')).toBe(0);
    await observer.cycleEnded(report(sketchedPlan(sketch)));
    expect(await figure('weir_origin_shadow_price_seconds{origin="near"}')).toBeUndefined();
  });

  it('shows the mean latency of connections, unless there are none', async () => {
    await observer.cycleEnded(report(sketchedPlan({ near: 0.75, previousNear: 1 })));
    expect(await figure('weir_objective_latency_seconds')).toBeCloseTo(0.04, 9);
    await observer.cycleEnded(report(sketchedPlan({ near: 0.5, previousNear: 1, demand: 0 })));
    expect(await figure('weir_objective_latency_seconds')).toBeUndefined();
  });

  it('shows how many figures made no sense', async () => {
    const sketch = { near: 1, previousNear: 1 };
    await observer.cycleEnded(report(sketchedPlan({ ...sketch, notices: [{ code: 'unusable-figures', count: 7 }] })));
    expect(await figure('weir_unusable_figures')).toBe(7);
    await observer.cycleEnded(report(sketchedPlan(sketch)));
    expect(await figure('weir_unusable_figures')).toBe(0);
  });
});
