import { monitorEventLoopDelay } from 'node:perf_hooks';
import { aFleet, aFleetLater } from '#benchmark/globe-fleet.js';
import { INITIAL_CYCLE_STATE } from '#core/decide.js';
import { DEFAULT_SCHEDULER_SETTINGS } from '#core/settings.js';
import { HEAP } from '../../control-plane/heap.js';
import { DECISION_WORKER, WorkerDecider } from '../../control-plane/scheduler/worker-decider.js';
import { medianOf, peakMemoryMiB } from './stopwatch.js';

/** Times in ms, of one cycle after the first; medians. */
export interface CycleFigures {
  readonly edges: number;
  readonly balancers: number;
  readonly origins: number;
  /** From the observation in memory to the weights in memory, the way to the worker thread and back included. */
  readonly wholeMs: number;
  readonly stageMs: Readonly<Record<string, number>>;
  /** How late the event loop of the thread that serves the API was meanwhile. */
  readonly eventLoopDelayP99Ms: number;
  readonly eventLoopDelayMostMs: number;
  readonly peakMemoryMiB: number;
}

const ROUNDS = 4;
const DEADLINE_MS = 60_000;
const NANOSECONDS_PER_MS = 1e6;
const RESOLUTION_MS = 5;

const [edges = 0, balancers = 0, origins = 0] = process.argv.slice(2).map(Number);
process.stdout.write(`${JSON.stringify(await measure())}\n`);

async function measure(): Promise<CycleFigures> {
  // As the control plane does when it serves.
  HEAP.restrain();
  const decider = new WorkerDecider(DECISION_WORKER, DEADLINE_MS);
  const fleet = aFleet({ edges, balancers, origins });
  const settings = DEFAULT_SCHEDULER_SETTINGS;
  let previous = INITIAL_CYCLE_STATE;
  const whole: number[] = [];
  const stages: Readonly<Partial<Record<string, number>>>[] = [];
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  for (let round = 0; round <= ROUNDS; round += 1) {
    const observation = aFleetLater(fleet.observation, round, settings.cycleMs);
    // The first cycle compiles and places everything; it is not what a control plane does every 15 seconds.
    if (round > 0) delay.enable();
    const startedAtMs = performance.now();
    const { decision, stageSeconds } = await decider.decide({
      configuration: fleet.configuration,
      observation,
      previous,
      settings,
      isUrgent: false,
    });
    delay.disable();
    previous = decision.state;
    if (round === 0) continue;
    whole.push(performance.now() - startedAtMs);
    stages.push(stageSeconds);
  }
  await decider.stop();
  return {
    edges,
    balancers,
    origins,
    wholeMs: medianOf(whole),
    stageMs: medianStages(stages),
    eventLoopDelayP99Ms: delay.percentile(99) / NANOSECONDS_PER_MS - RESOLUTION_MS,
    eventLoopDelayMostMs: delay.max / NANOSECONDS_PER_MS - RESOLUTION_MS,
    peakMemoryMiB: peakMemoryMiB(),
  };
}

function medianStages(stages: readonly Readonly<Partial<Record<string, number>>>[]): Record<string, number> {
  const names = new Set(stages.flatMap((stage) => Object.keys(stage)));
  return Object.fromEntries(
    [...names].map((name) => [name, 1_000 * medianOf(stages.map((stage) => stage[name] ?? Number.NaN))]),
  );
}
