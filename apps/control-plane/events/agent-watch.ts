import type { AgentReport } from '#contracts/agent-report.js';
import type { EdgeName } from '#core/model/name.js';
import type { Clock } from '#core/ports/clock.js';
import type { Occurrence } from './event-journal.js';

interface SeenAgent {
  readonly reportedAtMs: number;
  /** Endpoints by where they are, as the agent last saw them. */
  readonly health: ReadonlyMap<string, boolean>;
}

/** Agents report every 5 s; three missed reports are a lost agent. */
const LOST_AFTER_MS = 15_000;

/** Notes when agents come and go, and when an endpoint's health changes as an edge sees it. */
export class AgentWatch {
  readonly #seen = new Map<string, SeenAgent>();

  constructor(
    private readonly note: (occurrence: Occurrence) => void,
    private readonly clock: Pick<Clock, 'monotonicMs'>,
  ) {}

  record(report: AgentReport): void {
    const { edge, agentVersion, dataPlane } = report;
    const health = healthIn(report);
    const last = this.#seen.get(edge);
    this.#seen.set(edge, { reportedAtMs: this.clock.monotonicMs(), health });
    if (last === undefined) {
      const summary = `the agent of ${edge} arrived (version ${agentVersion}, ${dataPlane})`;
      this.note({ type: 'agent.arrived', resource: `edges/${edge}`, summary });
    }
    this.#noteHealth(edge, last?.health ?? new Map<string, boolean>(), health);
  }

  /** The edge was removed. */
  forget(edge: EdgeName): void {
    this.#seen.delete(edge);
  }

  /** Notes the agents that have been silent for too long. */
  sync(): void {
    const oldestMs = this.clock.monotonicMs() - LOST_AFTER_MS;
    for (const [edge, { reportedAtMs }] of this.#seen) {
      if (reportedAtMs >= oldestMs) continue;
      this.#seen.delete(edge);
      const summary = `the agent of ${edge} has not reported for ${LOST_AFTER_MS / 1_000} s`;
      this.note({ type: 'agent.lost', resource: `edges/${edge}`, summary });
    }
  }

  #noteHealth(edge: string, before: ReadonlyMap<string, boolean>, after: ReadonlyMap<string, boolean>): void {
    for (const [place, isUp] of after) {
      const wasUp = before.get(place);
      // What is up from the first is nothing to tell.
      if (wasUp === isUp || (wasUp === undefined && isUp)) continue;
      const [loadBalancer, origin, address] = place.split(' ');
      this.note({
        type: isUp ? 'health.up' : 'health.down',
        resource: `origins/${String(origin)}`,
        summary: `${edge} sees ${String(address)} of ${String(origin)} ${isUp ? 'up' : 'down'} for ${String(loadBalancer)}`,
        before: wasUp === undefined ? null : { edge, loadBalancer, address, up: wasUp },
        after: { edge, loadBalancer, address, up: isUp },
      });
    }
  }
}

/** Endpoints whose health is known. */
function healthIn({ loadBalancers }: AgentReport): ReadonlyMap<string, boolean> {
  return new Map(
    loadBalancers.flatMap(({ name, origins }) =>
      origins.flatMap(({ origin, endpoints }) =>
        endpoints.flatMap(({ address, up }) => (up === null ? [] : [[`${name} ${origin} ${address}`, up] as const])),
      ),
    ),
  );
}
