import { type AgentReport, agentReportSchema } from '#contracts/agent-report.js';
import { type EdgeConfiguration, publicationEntityTag } from '#contracts/edge-configuration.js';
import { edgeName, type EdgeName } from '#core/model/name.js';
import type { ConfigurationStore } from '#core/ports/configuration-store.js';
import type { ReportExchange } from '#core/ports/report-exchange.js';
import type { SchedulerStore } from '#core/ports/scheduler-store.js';
import { Problem } from '../http/problem.js';
import { numberedConfiguration } from '../publication/edge-documents.js';
import type { PublicationBoard } from '../publication/publication-board.js';
import type { Fleet } from './fleet.js';

/** Whoever makes something of reports. */
export interface ReportListener {
  record(report: AgentReport): void;
  /** The edge was removed; what it reported counts no more. */
  forget(edge: EdgeName): void;
}

/** What an agent gets when it asks for its configuration; when the control plane is stopping, before its time. */
export type ConfigurationAnswer =
  | { readonly kind: 'changed'; readonly entityTag: string; readonly configuration: EdgeConfiguration }
  | { readonly kind: 'unchanged'; readonly entityTag: string; readonly isStopping: boolean }
  | { readonly kind: 'nothing-published'; readonly isStopping: boolean };

/** The control plane's end of the agent channel. */
export class AgentChannel {
  constructor(
    private readonly configurations: ConfigurationStore,
    private readonly store: SchedulerStore,
    private readonly board: PublicationBoard,
    private readonly fleet: Fleet,
    private readonly listeners: readonly ReportListener[],
    private readonly exchange: Pick<ReportExchange, 'offer'>,
  ) {}

  /** Answers as soon as there is something the agent does not have (`knownTag`), at the latest after `waitMs`. */
  async configuration(
    edge: string,
    knownTag: string | undefined,
    waitMs: number,
    signal: AbortSignal,
  ): Promise<ConfigurationAnswer> {
    const name = await this.#pickEdge(edge);
    // Listening starts before reading: a publication between the two would be missed.
    const listening = new AbortController();
    const announced = this.board.wait(name, waitMs, AbortSignal.any([signal, listening.signal]));
    try {
      const first = await this.#read(name, knownTag);
      if (first.kind === 'changed') return first;
      await announced;
      return await this.#read(name, knownTag);
    } finally {
      listening.abort();
    }
  }

  async report(report: AgentReport): Promise<void> {
    const edge = await this.#pickEdge(report.edge);
    this.#record(edge, report);
    this.exchange.offer(edge, JSON.stringify(report));
  }

  /** Takes a report that another control plane got. One that cannot be read comes from another version, and is left out. */
  async reportElsewhere(text: string): Promise<void> {
    const report = agentReportSchema.safeParse(JSON.parse(text));
    if (!report.success) return;
    const { edges } = await this.configurations.snapshot();
    const edge = edges.find(({ name }) => name === report.data.edge);
    if (edge !== undefined) this.#record(edge.name, report.data);
  }

  #record(edge: EdgeName, report: AgentReport): void {
    this.fleet.record(edge, report);
    for (const listener of this.listeners) listener.record(report);
  }

  async #read(edge: EdgeName, knownTag: string | undefined): Promise<ConfigurationAnswer> {
    const published = await this.store.findPublishedDocument(edge);
    const isStopping = this.board.isDismissed;
    if (published === null) return { kind: 'nothing-published', isStopping };
    const entityTag = publicationEntityTag(published.point);
    if (entityTag === knownTag) return { kind: 'unchanged', entityTag, isStopping };
    return { kind: 'changed', entityTag, configuration: numberedConfiguration(published.document, published.point) };
  }

  async #pickEdge(name: string): Promise<EdgeName> {
    const { edges } = await this.configurations.snapshot();
    if (edges.some((edge) => edge.name === name)) return edgeName(name);
    this.fleet.forget(edgeName(name));
    for (const listener of this.listeners) listener.forget(edgeName(name));
    throw new Problem('not-found', `there is no edge "${name}"; create it first, its agent keeps what it has`);
  }
}
