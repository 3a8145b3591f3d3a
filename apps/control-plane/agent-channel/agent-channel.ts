import { type AgentReport, agentReportSchema } from '#contracts/agent-report.js';
import { publicationEntityTag } from '#contracts/edge-configuration.js';
import type { Edge } from '#core/model/edge.js';
import { edgeName, type EdgeName } from '#core/model/name.js';
import type { ConfigurationStore } from '#core/ports/configuration-store.js';
import type { ReportExchange } from '#core/ports/report-exchange.js';
import type { SchedulerStore } from '#core/ports/scheduler-store.js';
import { Problem } from '../http/problem.js';
import { numberedText } from '../publication/edge-documents.js';
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
  | { readonly kind: 'changed'; readonly entityTag: string; /** An `EdgeConfiguration`. */ readonly text: string }
  | { readonly kind: 'unchanged'; readonly entityTag: string; readonly isStopping: boolean }
  | { readonly kind: 'nothing-published'; readonly isStopping: boolean };

/** The control plane's end of the agent channel. */
export class AgentChannel {
  readonly #names = new WeakMap<readonly Edge[], ReadonlySet<string>>();

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
    const announced = this.board.wait(name, waitMs, signal);
    try {
      const first = await this.#read(name, knownTag);
      if (first.kind === 'changed') return first;
      await announced.over;
      return await this.#read(name, knownTag);
    } finally {
      announced.end();
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
    const { edge } = report.data;
    if (await this.#isDeclared(edge)) this.#record(edgeName(edge), report.data);
  }

  #record(edge: EdgeName, report: AgentReport): void {
    this.fleet.record(edge, report);
    for (const listener of this.listeners) listener.record(report);
  }

  async #read(edge: EdgeName, knownTag: string | undefined): Promise<ConfigurationAnswer> {
    const newest = await this.store.findPublication(edge);
    const isStopping = this.board.isDismissed;
    const newestTag = newest && publicationEntityTag(newest.point);
    if (newestTag !== null && newestTag === knownTag) return { kind: 'unchanged', entityTag: newestTag, isStopping };
    const published = newest && (await this.store.findPublishedDocument(edge));
    if (published === null) return { kind: 'nothing-published', isStopping };
    const { document, point } = published;
    return { kind: 'changed', entityTag: publicationEntityTag(point), text: numberedText(document, point) };
  }

  async #pickEdge(name: string): Promise<EdgeName> {
    if (await this.#isDeclared(name)) return edgeName(name);
    this.fleet.forget(edgeName(name));
    for (const listener of this.listeners) listener.forget(edgeName(name));
    throw new Problem('not-found', `there is no edge "${name}"; create it first, its agent keeps what it has`);
  }

  /** Asked with every poll and report: the names are put together once for each reading of the configuration. */
  async #isDeclared(name: string): Promise<boolean> {
    const { edges } = await this.configurations.snapshot();
    const names = this.#names.get(edges) ?? new Set(edges.map((edge) => edge.name));
    this.#names.set(edges, names);
    return names.has(name);
  }
}
