import type { Configuration } from '../model/configuration.js';
import type { LoadBalancer, Policy } from '../model/load-balancer.js';
import { hypotheticalConfiguration } from './hypothetical-configuration.js';
import type { EdgeChange, LoadBalancerChange, WhatIfChanges } from './what-if-changes.js';

/** One thing that cannot be supposed. `pointer` is a JSON Pointer (RFC 6901) into the changes. */
export interface WhatIfViolation {
  readonly code:
    | 'unknown-origin'
    | 'unknown-load-balancer'
    | 'unknown-edge'
    | 'origin-not-used'
    | 'origin-already-used'
    | 'no-edge-left'
    | 'manual-shares';
  readonly pointer: string;
  readonly detail: string;
}

/** Manual shares are percents that operators typed; their sum carries the dust of binary fractions. */
const PERCENT_EPSILON = 0.01;

/** Everything about the changes that does not fit the configuration, all at once; none when it can be supposed. */
export function whatIfViolations(base: Configuration, changes: WhatIfChanges): readonly WhatIfViolation[] {
  const unknown = new NameCheck(base, changes).violations();
  // Who serves by hand what can only be told once all names are known.
  return unknown.length > 0 ? unknown : manualShareViolations(base, changes);
}

/** Looks up every name that the changes use. */
class NameCheck {
  readonly #found: WhatIfViolation[] = [];
  readonly #loadBalancers: ReadonlyMap<string, LoadBalancer>;
  readonly #origins: ReadonlySet<string>;
  readonly #edges: ReadonlySet<string>;
  readonly #removedOrigins: ReadonlySet<string>;
  readonly #lostEdges: ReadonlySet<string>;

  constructor(
    base: Configuration,
    private readonly changes: WhatIfChanges,
  ) {
    this.#loadBalancers = new Map(base.loadBalancers.map((balancer) => [balancer.name, balancer]));
    this.#origins = new Set(base.origins.map(({ name }) => name));
    this.#edges = new Set(base.edges.map(({ name }) => name));
    const { origins = [], edges = [] } = changes;
    this.#removedOrigins = new Set(origins.filter(({ isRemoved }) => isRemoved === true).map(({ origin }) => origin));
    this.#lostEdges = new Set(edges.filter(({ isLost }) => isLost === true).map(({ edge }) => edge));
  }

  violations(): readonly WhatIfViolation[] {
    const { origins = [], loadBalancers = [], edges = [], demand = [], rtts = [] } = this.changes;
    origins.forEach(({ origin }, index) => {
      this.#checkOrigin(origin, `/origins/${index}/origin`);
    });
    loadBalancers.forEach((change, index) => {
      this.#checkLoadBalancerChange(change, `/loadBalancers/${index}`);
    });
    edges.forEach((change, index) => {
      this.#checkEdgeChange(change, `/edges/${index}`);
    });
    demand.forEach(({ loadBalancer, edge }, index) => {
      if (loadBalancer !== undefined) this.#checkLoadBalancer(loadBalancer, `/demand/${index}/loadBalancer`);
      if (edge !== undefined) this.#checkEdge(edge, `/demand/${index}/edge`);
    });
    rtts.forEach(({ edge, origin }, index) => {
      this.#checkEdge(edge, `/rtts/${index}/edge`);
      this.#checkOrigin(origin, `/rtts/${index}/origin`);
    });
    return this.#found;
  }

  #checkLoadBalancerChange(change: LoadBalancerChange, pointer: string): void {
    const { loadBalancer, references = [], addedOrigins = [], removedOrigins = [] } = change;
    const balancer = this.#loadBalancers.get(loadBalancer);
    this.#checkLoadBalancer(loadBalancer, `${pointer}/loadBalancer`);
    references.forEach(({ origin }, index) => {
      this.#checkUse(balancer, origin, `${pointer}/references/${index}/origin`);
    });
    removedOrigins.forEach((origin, index) => {
      this.#checkUse(balancer, origin, `${pointer}/removedOrigins/${index}`);
    });
    addedOrigins.forEach(({ origin }, index) => {
      const at = `${pointer}/addedOrigins/${index}/origin`;
      const isUsed = balancer !== undefined && isUsedBy(balancer, origin) && !removedOrigins.includes(origin);
      const isAddedTwice = addedOrigins.findIndex((other) => other.origin === origin) < index;
      if (isUsed || isAddedTwice) this.#add('origin-already-used', at, `"${loadBalancer}" uses "${origin}" already`);
      else this.#checkOrigin(origin, at, this.#removedOrigins);
    });
  }

  #checkEdgeChange({ edge, isLost, demandGoesTo = [] }: EdgeChange, pointer: string): void {
    this.#checkEdge(edge, `${pointer}/edge`);
    demandGoesTo.forEach((target, index) => {
      const at = `${pointer}/demandGoesTo/${index}`;
      if (this.#lostEdges.has(target)) this.#add('no-edge-left', at, `edge "${target}" is lost too`);
      else this.#checkEdge(target, at);
    });
    if (isLost === true && [...this.#edges].every((name) => this.#lostEdges.has(name))) {
      this.#add('no-edge-left', `${pointer}/isLost`, `no edge is left to get the demand of "${edge}"`);
    }
  }

  #checkLoadBalancer(name: string, pointer: string): void {
    if (this.#loadBalancers.has(name)) return;
    this.#add('unknown-load-balancer', pointer, `there is no load balancer "${name}"`);
  }

  #checkOrigin(name: string, pointer: string, except: ReadonlySet<string> = new Set()): void {
    if (except.has(name)) this.#add('unknown-origin', pointer, `origin "${name}" is removed by the same changes`);
    else if (!this.#origins.has(name)) this.#add('unknown-origin', pointer, `there is no origin "${name}"`);
  }

  #checkEdge(name: string, pointer: string): void {
    if (!this.#edges.has(name)) this.#add('unknown-edge', pointer, `there is no edge "${name}"`);
  }

  #checkUse(balancer: LoadBalancer | undefined, origin: string, pointer: string): void {
    if (!this.#origins.has(origin)) this.#checkOrigin(origin, pointer);
    else if (balancer !== undefined && !isUsedBy(balancer, origin)) {
      this.#add('origin-not-used', pointer, `"${balancer.name}" does not use "${origin}"; add it`);
    }
  }

  #add(code: WhatIfViolation['code'], pointer: string, detail: string): void {
    this.#found.push({ code, pointer, detail });
  }
}

/** Shares set by hand must name origins that are used, and sum to 100. */
function manualShareViolations(base: Configuration, changes: WhatIfChanges): readonly WhatIfViolation[] {
  const { loadBalancers } = hypotheticalConfiguration(base, changes);
  return loadBalancers.flatMap((balancer) => {
    const index = (changes.loadBalancers ?? []).findIndex(({ loadBalancer }) => loadBalancer === balancer.name);
    const pointer = index < 0 ? '' : `/loadBalancers/${index}/policy/manualShares`;
    const detail = manualShareFault(balancer, balancer.policy);
    return detail === null
      ? []
      : [{ code: 'manual-shares' as const, pointer, detail: `"${balancer.name}": ${detail}` }];
  });
}

function manualShareFault(balancer: LoadBalancer, { mode, manualShares }: Policy): string | null {
  if (mode !== 'manual') return null;
  const shares = Object.entries(manualShares ?? {});
  const foreign = shares.find(([origin, percent]) => percent > 0 && !isUsedBy(balancer, origin));
  if (foreign !== undefined) return `${foreign[1]} % is set by hand for "${foreign[0]}", which would not be used`;
  const sum = shares.reduce((total, [, percent]) => total + percent, 0);
  return Math.abs(sum - 100) <= PERCENT_EPSILON ? null : `shares set by hand sum to ${sum} %, not 100 %`;
}

function isUsedBy({ origins }: LoadBalancer, name: string): boolean {
  return origins.some(({ origin }) => origin === name);
}
