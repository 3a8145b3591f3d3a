import { byName, edgeName, loadBalancerName, NAME_PATTERN, originName } from '#core/model/name.js';
import type {
  EdgeObservation,
  EndpointObservation,
  LoadBalancerObservation,
  OriginObservation,
} from '#core/observe/observation.js';
import { labelNames, type LabelName } from '../metric-names.js';
import type { VectorElement } from './query-answers.js';

type Labels = VectorElement['labels'];

/** A figure and its age come from two vectors. It is known once both have told. */
export interface FigureDraft {
  value?: number;
  ageMs?: number;
}

interface EdgeDraft {
  readonly heard: FigureDraft;
  readonly loadBalancers: Map<string, LoadBalancerDraft>;
}

interface LoadBalancerDraft {
  readonly rate: FigureDraft;
  readonly origins: Map<string, OriginDraft>;
}

interface OriginDraft {
  readonly rate: FigureDraft;
  readonly activeConnections: FigureDraft;
  readonly rttMs: FigureDraft;
  readonly endpoints: Map<string, FigureDraft>;
}

/**
 * Puts the elements of flat vectors where they belong, each found by its labels, in any order. Labels that name nothing of
 * ours have no place: anyone can write a metric.
 */
export class ObservationDraft {
  readonly #edges = new Map<string, EdgeDraft>();

  /** `scrapeMs`: no two scrapes that follow each other are further apart. */
  constructor(private readonly scrapeMs: number) {}

  edge(labels: Labels): EdgeDraft | undefined {
    return place(this.#edges, labels, labelNames.edge, () => ({ heard: {}, loadBalancers: new Map() }));
  }

  loadBalancer(labels: Labels): LoadBalancerDraft | undefined {
    const edge = this.edge(labels);
    return edge && place(edge.loadBalancers, labels, labelNames.loadBalancer, () => ({ rate: {}, origins: new Map() }));
  }

  origin(labels: Labels): OriginDraft | undefined {
    const balancer = this.loadBalancer(labels);
    return balancer && place(balancer.origins, labels, labelNames.origin, newOrigin);
  }

  endpoint(labels: Labels): FigureDraft | undefined {
    const endpoints = this.origin(labels)?.endpoints;
    const address = labels[labelNames.endpoint];
    return endpoints && address !== undefined ? foundOrAdded(endpoints, address, () => ({})) : undefined;
  }

  /** Whatever came to be known, ordered by name. */
  observed(): readonly EdgeObservation[] {
    return inOrder(this.#edges, (name, { heard, loadBalancers }) => {
      const seen = inOrder(loadBalancers, (balancer, draft) => this.#loadBalancer(balancer, draft));
      const ageMs = ageOf(heard) ?? youngest(seen.map((balancer) => balancer.ageMs));
      return ageMs === undefined ? undefined : { edge: edgeName(name), ageMs, loadBalancers: seen };
    });
  }

  #loadBalancer(name: string, { rate, origins }: LoadBalancerDraft): LoadBalancerObservation | undefined {
    const seen = inOrder(origins, (origin, draft) => this.#origin(origin, draft));
    const rateMs = ageOf(rate);
    const ageMs = rateMs ?? youngest(seen.map((origin) => origin.ageMs));
    if (ageMs === undefined) return undefined;
    const ratePerSecond = rateMs === undefined ? undefined : rate.value;
    return { loadBalancer: loadBalancerName(name), ageMs, ratePerSecond, origins: seen };
  }

  /**
   * An agent tells all figures of an origin at once. So what fell behind the others by more than a scrape has gone from its
   * page, as latency does when no probe succeeds: it is left out, and does not make the others look old.
   */
  #origin(name: string, draft: OriginDraft): OriginObservation | undefined {
    const { rate, activeConnections, rttMs } = draft;
    const endpoints = inOrder(draft.endpoints, verdictOn);
    const ages = [rate, activeConnections, rttMs].map(ageOf);
    const oldestMs = (ages[0] ?? youngest(ages) ?? 0) + this.scrapeMs;
    const toldMs = ages.filter((ageMs) => ageMs !== undefined && ageMs <= oldestMs) as readonly number[];
    const ageMs = toldMs.length > 0 ? Math.max(...toldMs) : youngest(endpoints.map((verdict) => verdict.ageMs));
    if (ageMs === undefined) return undefined;
    return {
      origin: originName(name),
      ageMs,
      ratePerSecond: valueUpTo(oldestMs, rate),
      activeConnections: valueUpTo(oldestMs, activeConnections),
      rttMs: valueUpTo(oldestMs, rttMs),
      endpoints,
    };
  }
}

function newOrigin(): OriginDraft {
  return { rate: {}, activeConnections: {}, rttMs: {}, endpoints: new Map() };
}

function verdictOn(address: string, verdict: FigureDraft): EndpointObservation | undefined {
  const ageMs = ageOf(verdict);
  return ageMs === undefined ? undefined : { address, up: verdict.value === 1, ageMs };
}

/** The draft of what a label names, made when it is met first; none for a label that is no resource's name. */
function place<Draft>(
  drafts: Map<string, Draft>,
  labels: Labels,
  label: LabelName,
  make: () => Draft,
): Draft | undefined {
  const name = labels[label];
  if (name === undefined) return undefined;
  return drafts.get(name) ?? (NAME_PATTERN.test(name) ? foundOrAdded(drafts, name, make) : undefined);
}

function foundOrAdded<Draft>(drafts: Map<string, Draft>, name: string, make: () => Draft): Draft {
  const known = drafts.get(name);
  if (known !== undefined) return known;
  const draft = make();
  drafts.set(name, draft);
  return draft;
}

function inOrder<Draft, Seen>(
  drafts: ReadonlyMap<string, Draft>,
  see: (name: string, draft: Draft) => Seen | undefined,
): readonly Seen[] {
  return [...drafts]
    .sort(([left], [right]) => byName(left, right))
    .map(([name, draft]) => see(name, draft))
    .filter((seen) => seen !== undefined);
}

/** `undefined` unless the figure is known. */
function ageOf({ value, ageMs }: FigureDraft): number | undefined {
  return value === undefined ? undefined : ageMs;
}

function valueUpTo(oldestMs: number, figure: FigureDraft): number | undefined {
  return (ageOf(figure) ?? Infinity) <= oldestMs ? figure.value : undefined;
}

function youngest(agesMs: readonly (number | undefined)[]): number | undefined {
  return agesMs.reduce(
    (least, ageMs) => (least === undefined || (ageMs ?? Infinity) < least ? ageMs : least),
    undefined,
  );
}
