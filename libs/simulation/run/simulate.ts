import type { Configuration } from '#core/model/configuration.js';
import type { Plan } from '#core/plan/plan.js';
import type { AssignmentSolver } from '#core/ports/assignment-solver.js';
import { ControlPlane } from '../control/control-plane.js';
import type { Cycle, Timing } from '../control/controller.js';
import { Oracle } from '../control/oracle.js';
import { Telemetry } from '../control/telemetry.js';
import { dampingBreaches } from '../metrics/damping-contract.js';
import { ShareHistory } from '../metrics/share-history.js';
import type { PolicyName } from '../policies/policy.js';
import type { Finding } from '../report/target.js';
import { keepsDampingContract } from '../report/targets.js';
import type { Scenario } from '../scenarios/scenario.js';
import { Noise } from '../world/noise.js';
import { World } from '../world/world.js';
import { configurationOf } from '../world/world-configuration.js';
import { createPolicy } from './create-policy.js';
import { play } from './play.js';
import { type Run, scoreOf, type UnjudgedRun } from './run.js';

export interface SimulationOptions {
  readonly policies: readonly PolicyName[];
  readonly seed: number;
  /** A fresh one for each run, so that no run depends on those before it. */
  readonly createSolver: () => AssignmentSolver;
}

/** A scenario played under each policy and under the reference, all in the same world, and what Weir's targets say. */
export interface ScenarioResult {
  readonly scenario: Scenario;
  readonly runs: ReadonlyMap<PolicyName, Run>;
  readonly reference: Run;
  readonly findings: readonly Finding[];
}

/** Pure: the same scenario, policies and seed give the same numbers. */
export function simulate(scenario: Scenario, options: SimulationOptions): ScenarioResult {
  const unjudgedReference = playReference(scenario, options);
  const reference: Run = { ...unjudgedReference, score: scoreOf(scenario, unjudgedReference, unjudgedReference) };
  const runs = new Map(
    options.policies.map((policy) => {
      const run = playPolicy(scenario, policy, options);
      return [policy, { ...run, score: scoreOf(scenario, run, unjudgedReference) }];
    }),
  );
  const findings = [...scenario.targets, keepsDampingContract].map((target) => target({ runs }));
  return { scenario, runs, reference, findings: findings.filter((finding) => finding !== null) };
}

function playReference(scenario: Scenario, { seed, createSolver }: SimulationOptions): UnjudgedRun {
  const world = new World(scenario.world, new Noise(seed), 'instant');
  const shares = new ShareHistory();
  const oracle = new Oracle(configurationOf(world.topology), createSolver(), world, timingOf(scenario), (cycle) => {
    if (cycle.timeSeconds >= 0) shares.add(cycle.timeSeconds, cycle.decision);
  });
  return { ...play(scenario, world, oracle), shares, breaches: null };
}

function playPolicy(scenario: Scenario, name: PolicyName, { seed, createSolver }: SimulationOptions): UnjudgedRun {
  const noise = new Noise(seed);
  const world = new World(scenario.world, noise, 'thresholds');
  const configuration = configurationOf(world.topology);
  const policy = createPolicy(name, scenario, world, configuration, createSolver());
  const telemetry = new Telemetry(world, scenario.telemetry, noise);
  const shares = new ShareHistory();
  const contract = new ContractJudge(configuration);
  const controlPlane = new ControlPlane(configuration, policy, world, telemetry, timingOf(scenario), (cycle) => {
    contract.judge(cycle);
    if (cycle.timeSeconds >= 0) shares.add(cycle.timeSeconds, cycle.decision);
  });
  return { ...play(scenario, world, controlPlane), shares, breaches: name === 'weir' ? contract.breaches : null };
}

/** Judges plan after plan. */
class ContractJudge {
  readonly breaches: string[] = [];
  #previous: Plan | null = null;

  constructor(private readonly configuration: Configuration) {}

  judge({ timeSeconds, isUrgent, decision: { plan } }: Cycle): void {
    const breaches = dampingBreaches(this.configuration, this.#previous, plan, isUrgent);
    this.breaches.push(...breaches.map((breach) => `at ${timeSeconds} s: ${breach}`));
    this.#previous = plan;
  }
}

function timingOf({ warmUpSeconds, tickSeconds }: Scenario): Timing {
  return { startSeconds: -warmUpSeconds, tickSeconds };
}
