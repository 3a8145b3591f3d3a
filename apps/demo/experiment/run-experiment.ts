import { setTimeout as sleep } from 'node:timers/promises';
import type { LoadWindow } from '../load/load-window.js';
import { LOAD_BALANCER } from '../weir/declare-experiment.js';
import type { Decision } from '../weir/weir-client.js';
import type { World } from '../world.js';
import { Meter, type Readings } from './meter.js';
import { nextPhase, type Phase } from './phase.js';
import type { EdgeRow, Row } from './row.js';
import { RATE_WINDOW_SECONDS } from './scenario.js';
import { actionsBefore, type ScriptedAction, type Timeline } from './timeline.js';

const POLL_INTERVAL_MS = 40;
/** A scheduler that decides nothing for so long has failed. */
const LONGEST_WAIT_MS = 15_000;

/** Plays the script and yields one row for each cycle. Throws when `signal` aborts, or when no cycle comes. */
export async function* runExperiment(world: World, timeline: Timeline, signal: AbortSignal): AsyncGenerator<Row> {
  let decision = await world.weir.decision(LOAD_BALANCER);
  const startMs = performance.now();
  const meter = new Meter(readOrigins(world), Math.round(RATE_WINDOW_SECONDS / timeline.cycleSeconds));
  world.load.take();
  let phase: Phase = 'idle';
  for (let cycle = 1; cycle <= timeline.cycles; cycle += 1) {
    for (const action of actionsBefore(cycle, timeline)) await carryOut(action, world);
    decision = await nextDecision(world, decision, signal);
    const isNearUp = world.near.isUp;
    const load = world.load.take();
    const rates = meter.measure(readOrigins(world), load);
    phase = nextPhase(phase, { ...rates, isNearUp });
    const timeSeconds = (performance.now() - startMs) / 1000;
    yield { cycle, timeSeconds, phase, isNearUp, ...rates, edges: edgeRows(decision), ...loadFigures(load) };
  }
}

type LoadFigures = Pick<Row, 'answeredConnections' | 'failedConnections' | 'latencyP50Ms' | 'latencyP99Ms'>;

async function carryOut(action: ScriptedAction, { load, near }: World): Promise<void> {
  switch (action) {
    case 'start-load':
      load.start();
      return;
    case 'kill-near':
      return near.kill();
    case 'revive-near':
      return near.start();
  }
}

/** The decision after `last`, as soon as there is one. */
async function nextDecision({ weir }: World, last: Decision, signal: AbortSignal): Promise<Decision> {
  const deadlineMs = performance.now() + LONGEST_WAIT_MS;
  for (;;) {
    await sleep(POLL_INTERVAL_MS, undefined, { signal });
    const decision = await weir.decision(LOAD_BALANCER);
    if (decision.decidedAt !== last.decidedAt) return decision;
    if (performance.now() > deadlineMs) throw new Error(`no new decision for ${LONGEST_WAIT_MS / 1000} s`);
  }
}

function readOrigins({ near, far }: World): Readings {
  return { near: near.read(), far: far.read() };
}

function edgeRows({ pairs }: Decision): readonly EdgeRow[] {
  return pairs.map(({ edge, explanation, shares }) => ({
    edge,
    nearShare: shares.find(({ origin }) => origin === 'near')?.share ?? 0,
    explanation,
  }));
}

function loadFigures(load: LoadWindow): LoadFigures {
  return {
    answeredConnections: load.answered,
    failedConnections: load.failed,
    latencyP50Ms: load.latencyP50Ms,
    latencyP99Ms: load.latencyP99Ms,
  };
}
