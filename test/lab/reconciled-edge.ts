import type { PublishedLoadBalancer } from '#contracts/edge-configuration.js';
import { exampleConfiguration } from '../../edge-agent/src/configuration/example-configuration.js';
import { routesOf } from '../../edge-agent/src/configuration/routes.js';
import type { ActualService } from '../../edge-agent/src/data-plane/data-plane.js';
import { ipvsSettings } from '../../edge-agent/src/ipvs/kernel-settings.js';
import { IpvsDataPlane } from '../../edge-agent/src/ipvs/ipvs-data-plane.js';
import type { Problem } from '../../edge-agent/src/problem.js';
import type { RunCommand } from '../../edge-agent/src/process/run-command.js';
import { desiredServices } from '../../edge-agent/src/reconcile/desired-services.js';
import { hostNeeds } from '../../edge-agent/src/reconcile/host-needs.js';
import { reconcile } from '../../edge-agent/src/reconcile/reconcile.js';
import { quote, type GuestCommands } from './guest-commands.js';

/** The agent's programs run in the guest; what decides about them runs in the test. */
export function runInGuest(commands: GuestCommands): RunCommand {
  return (command, args, stdin = '') =>
    commands.attempt(`${[command, ...args].map(quote).join(' ')} <<'END OF INPUT'\n${stdin}\nEND OF INPUT\n`);
}

/**
 * The steps of the agent's loop on the kernel of a lab, without its control plane, its probes and its timers: each call
 * of `bringTo` is one sync.
 */
export class ReconciledEdge {
  readonly #dataPlane: IpvsDataPlane;
  #owned: ReadonlySet<string> = new Set();
  #draining: ReadonlyMap<string, number> = new Map();

  constructor(
    commands: GuestCommands,
    private readonly drainMs = 60_000,
  ) {
    this.#dataPlane = new IpvsDataPlane(runInGuest(commands), async (needs) => {
      const names = ipvsSettings(needs).map((name) => `${name.replaceAll('/', '.')}=1`);
      if (names.length > 0) await commands.run(`sysctl -q -w ${names.join(' ')}`);
      return [];
    });
  }

  /** Destinations that are on their way out, by their keys. */
  get draining(): readonly string[] {
    return [...this.#draining.keys()];
  }

  read(): Promise<readonly ActualService[]> {
    return this.#dataPlane.read();
  }

  /** Answers what went wrong. */
  async bringTo(...loadBalancers: readonly PublishedLoadBalancer[]): Promise<readonly Problem[]> {
    const actual = await this.#dataPlane.read();
    const routes = routesOf(exampleConfiguration({ loadBalancers: [...loadBalancers] }));
    const { services, problems } = desiredServices(routes, () => true, this.#dataPlane.traits);
    const state = { owned: this.#owned, draining: this.#draining };
    const plan = reconcile({ desired: services, actual, ...state, nowMs: performance.now(), drainMs: this.drainMs });
    this.#owned = plan.owned;
    this.#draining = plan.draining;
    const preparing = await this.#dataPlane.prepare(hostNeeds(services, actual, plan));
    const outcomes = await this.#dataPlane.apply(plan.actions);
    const failed = outcomes.flatMap(({ error }): readonly Problem[] =>
      error === null ? [] : [{ code: 'action-failed', message: error }],
    );
    return [...problems, ...preparing, ...failed];
  }
}
