import { randomBytes } from 'node:crypto';
import type { CycleInput } from '#core/decide.js';
import type { LoadBalancerExplanation } from '#core/explain/explain-load-balancer.js';
import type { PlanComparison } from '#core/explain/plan-comparison.js';
import type { Outcome } from '#core/guard/sound-plan.js';
import type { PairPlan, Plan } from '#core/plan/plan.js';
import type { PublicationPoint, SchedulerMode } from '#core/ports/scheduler-store.js';
import type { WhatIfChanges } from '#core/what-if/what-if-changes.js';
import type { ControlPlaneProcess } from './control-plane-process.js';
import { eventually } from './eventually.js';
import { parseExposition, type MetricSample } from './exposition.js';

/** One cycle as the history tells it. */
export interface HistoricCycle {
  readonly id: number;
  readonly startedAt: string;
  readonly outcome: Outcome;
  readonly published: PublicationPoint | null;
  readonly input: CycleInput;
  readonly plan: Plan | null;
}

export interface ShownShares {
  readonly decidedAt: string | null;
  readonly pairs: readonly Pick<PairPlan, 'edge' | 'demand' | 'shares'>[];
}

export interface ShownExplanation extends Omit<LoadBalancerExplanation, 'decidedAtMs'> {
  readonly decidedAt: string | null;
}

export interface ShownWhatIf extends PlanComparison {
  readonly explanations: readonly ShownExplanation[];
}

export interface ShownEdgeStatus {
  readonly applied: PublicationPoint | null;
  readonly published: PublicationPoint | null;
  readonly isCurrent: boolean;
  readonly errors: readonly { readonly code: string; readonly message: string }[];
}

export interface ShownOriginStatus {
  readonly capacity: number | null;
  readonly load: number;
  readonly expectedLoad: number;
  readonly shadowPriceMs: number | null;
}

export interface ShownScheduler {
  readonly mode: SchedulerMode;
  readonly role: 'leader' | 'standby';
  readonly term: number;
  readonly telemetry: 'reports' | 'prometheus';
  readonly lastCycle: { readonly id: number } | null;
}

const REQUEST_TIMEOUT_MS = 30_000;
const LONGEST_PAGE = 500;

type WeirRequest = Omit<RequestInit, 'headers'> & { readonly headers?: Readonly<Record<string, string>> };

/** What tests of the running system ask of the REST API. Rejects on any answer that is not a success. */
export class WeirApi {
  readonly #token: string;
  readonly #url: string;

  constructor({ url, token }: Pick<ControlPlaneProcess, 'url' | 'token'>) {
    this.#url = url;
    this.#token = token;
  }

  async put(path: string, body: object): Promise<void> {
    await this.#send('PUT', path, body);
  }

  async patch(path: string, body: object): Promise<void> {
    await this.#send('PATCH', path, body);
  }

  /** The secret of a new token for the edge's agent. */
  edgeToken(edge: string): Promise<string> {
    return this.#newToken({ name: `agent-${edge}-${randomBytes(4).toString('hex')}`, role: 'edge', edge });
  }

  /** The secret of a new token for an admin. */
  adminToken(): Promise<string> {
    return this.#newToken({ name: `admin-${randomBytes(4).toString('hex')}`, role: 'admin' });
  }

  shares(loadBalancer: string): Promise<ShownShares> {
    return this.#read(`/v1/load-balancers/${loadBalancer}/shares`) as Promise<ShownShares>;
  }

  explanation(loadBalancer: string): Promise<ShownExplanation> {
    return this.#read(`/v1/load-balancers/${loadBalancer}/explanation`) as Promise<ShownExplanation>;
  }

  async whatIf(changes: WhatIfChanges): Promise<ShownWhatIf> {
    return (await (await this.#send('POST', '/v1/what-if', changes)).json()) as ShownWhatIf;
  }

  edgeStatus(edge: string): Promise<ShownEdgeStatus> {
    return this.#read(`/v1/edges/${edge}/status`) as Promise<ShownEdgeStatus>;
  }

  originStatus(origin: string): Promise<ShownOriginStatus> {
    return this.#read(`/v1/origins/${origin}/status`) as Promise<ShownOriginStatus>;
  }

  scheduler(): Promise<ShownScheduler> {
    return this.#read('/v1/scheduler') as Promise<ShownScheduler>;
  }

  setMode(mode: SchedulerMode): Promise<void> {
    return this.patch('/v1/scheduler', { mode });
  }

  /** The id of the newest cycle; 0 before the first. */
  async lastCycleId(): Promise<number> {
    return (await this.scheduler()).lastCycle?.id ?? 0;
  }

  /** Resolves when so many more cycles have ended. */
  async passCycles(count: number): Promise<void> {
    const first = await this.lastCycleId();
    await eventually(async () => {
      const passed = (await this.lastCycleId()) - first;
      if (passed < count) throw new Error(`only ${passed} of ${count} cycles have passed`);
    });
  }

  /** All cycles after the one with id `after`, oldest first; at most the newest 500. */
  async cyclesAfter(after: number): Promise<readonly HistoricCycle[]> {
    const page = (await this.#read(`/v1/scheduler/cycles?limit=${LONGEST_PAGE}`)) as {
      readonly items: readonly { readonly id: number }[];
    };
    const ids = page.items.map(({ id }) => id).filter((id) => id > after);
    const cycles: HistoricCycle[] = [];
    for (const id of ids.reverse()) cycles.push((await this.#read(`/v1/scheduler/cycles/${id}`)) as HistoricCycle);
    return cycles;
  }

  async metrics(): Promise<readonly MetricSample[]> {
    return parseExposition(await (await this.#fetch('/metrics', {})).text());
  }

  async #newToken(token: object): Promise<string> {
    const answer = await this.#send('POST', '/v1/tokens', token);
    return ((await answer.json()) as { readonly secret: string }).secret;
  }

  async #read(path: string): Promise<unknown> {
    return (await this.#fetch(path, {})).json();
  }

  #send(method: 'POST' | 'PUT' | 'PATCH', path: string, body: object): Promise<Response> {
    const headers = { 'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json' };
    return this.#fetch(path, { method, headers, body: JSON.stringify(body) });
  }

  async #fetch(path: string, request: WeirRequest): Promise<Response> {
    const response = await fetch(`${this.#url}${path}`, {
      ...request,
      headers: { ...request.headers, authorization: `Bearer ${this.#token}` },
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    if (response.ok) return response;
    throw new Error(`${request.method ?? 'GET'} ${path} was answered ${response.status}: ${await response.text()}`);
  }
}
