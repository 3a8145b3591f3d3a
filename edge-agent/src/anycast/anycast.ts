import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../clock.js';
import type { Logger } from '../logger.js';
import { messageOf, type Problem } from '../problem.js';
import type { AgentView } from '../report/view.js';
import { addressStates } from './address-states.js';
import { planAnnouncement } from './announcement-policy.js';
import type { Announcement, Announcer } from './announcer.js';
import type { Heartbeat } from './heartbeat.js';

export interface AnycastParts {
  readonly announcer: Announcer;
  readonly heartbeat: Pick<Heartbeat, 'beat'>;
  /** What the agent knew after its last sync. */
  readonly view: () => AgentView;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly logger: Logger;
  readonly holdMs: number;
  /** What routers get to turn to other edges, once an agent that stops has withdrawn. */
  readonly withdrawMs: number;
}

/**
 * Keeps the announcement as planAnnouncement has it, after every sync of the agent; never twice at once. What another
 * process left announced stays until this one knows better: a restart of the agent moves no user.
 */
export class Anycast {
  #announcement: Announcement = { announced: null, problems: [] };
  /** As far as it was known last. */
  #announced: ReadonlySet<string> = new Set();
  #unhealthy: readonly string[] = [];
  #unhealthyAtMs: ReadonlyMap<string, number> = new Map();
  #beatFailure: readonly Problem[] = [];
  #isStopping = false;
  #queue: Promise<void> = Promise.resolve();

  constructor(private readonly parts: AnycastParts) {}

  /** Learns what is announced already. */
  async start(): Promise<void> {
    this.#learn({ announced: await this.parts.announcer.read(), problems: [] });
  }

  /** Once the agent has synced: the announcement comes last. Never rejects. */
  sync(): Promise<void> {
    this.#queue = this.#queue.then(() => this.#sync());
    return this.#queue;
  }

  /** What the agent tells of itself, with what it announces. */
  addTo(view: AgentView): AgentView {
    const { announced, problems } = this.#announcement;
    const all = [...view.problems, ...problems, ...this.#unhealthy.map(nothingHealthy), ...this.#beatFailure];
    return { ...view, announced: announced ?? [], problems: all };
  }

  /** Withdraws everything, and gives routers the time to notice while the data plane still serves. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#queue;
    const isMissed = this.#announcement.announced?.length !== 0;
    await this.#announce([]);
    if (isMissed) await delay(this.parts.withdrawMs);
  }

  /** Ends and leaves the announcement as it is, for the next process to find. */
  async leave(): Promise<void> {
    this.#isStopping = true;
    await this.#queue;
  }

  async #sync(): Promise<void> {
    const view = this.parts.view();
    if (this.#isStopping || view.edgeState === null || isBlind(view)) return;
    await this.#beat();
    const plan = planAnnouncement({
      edgeState: view.edgeState,
      addresses: addressStates(view),
      announced: this.#announced,
      unhealthyAtMs: this.#unhealthyAtMs,
      nowMs: this.parts.clock.monotonicMs(),
      holdMs: this.parts.holdMs,
    });
    this.#unhealthy = plan.unhealthy;
    this.#unhealthyAtMs = plan.unhealthyAtMs;
    await this.#announce(plan.announce);
  }

  async #announce(addresses: readonly string[]): Promise<void> {
    const { announcer, logger } = this.parts;
    const before = this.#announcement;
    this.#learn(await announcer.announce(addresses));
    const { announced, problems } = this.#announcement;
    if (String(announced) !== String(before.announced)) logger.info('the announcement changed', { announced });
    const known = new Set(before.problems.map(({ message }) => message));
    for (const { code, message } of problems)
      if (!known.has(message)) logger.error('the announcement is not as it should be', { code, reason: message });
  }

  #learn(announcement: Announcement): void {
    this.#announcement = announcement;
    if (announcement.announced !== null) this.#announced = new Set(announcement.announced);
  }

  async #beat(): Promise<void> {
    const problemOf = (error: unknown): readonly Problem[] => [
      { code: 'heartbeat-failed', message: `the watchdog may take this agent for dead: ${messageOf(error)}` },
    ];
    this.#beatFailure = await this.parts.heartbeat.beat().then(() => [], problemOf);
  }
}

/** An agent that cannot see its data plane changes nothing, and in the end is as good as dead to its watchdog. */
function isBlind({ problems }: AgentView): boolean {
  return problems.some(({ code }) => code === 'data-plane-unreadable');
}

function nothingHealthy(address: string): Problem {
  return {
    code: 'nothing-healthy',
    message: `${address} is left to other edges: no endpoint of a load balancer on it is up here. Check the endpoints, the health check and this edge's way to them`,
  };
}
