import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { Agent, request } from 'undici';

export interface SimulatedEdge {
  readonly name: string;
  readonly token: string;
}

/** A configuration that an agent was given. */
export interface Receipt {
  readonly edge: string;
  readonly generation: number;
  readonly atMs: number;
}

interface PollAnswer {
  readonly tag: string | null;
  readonly retryAfterMs: number;
}

const POLL_SECONDS = 25;
const REPORT_INTERVAL_MS = 5_000;

/** As the real agent: soon at first, then less and less often, at random so that a thousand do not come as one. */
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 15_000;

/** Many agents that forward nothing, and speak to the control plane as real ones do. */
export class SimulatedFleet {
  readonly receipts: Receipt[] = [];
  /** When each edge was last served, whatever the answer: an agent that is held in a poll is served when it ends. */
  readonly servedAtMs = new Map<string, number>();
  readonly statuses = new Map<string, number>();
  readonly #connections: Agent;
  readonly #stopping = new AbortController();
  #running: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly url: string,
    private readonly edges: readonly SimulatedEdge[],
  ) {
    // Every agent rests by itself.
    setMaxListeners(0, this.#stopping.signal);
    this.#connections = new Agent({ connections: 2 * edges.length, headersTimeout: 60_000, bodyTimeout: 60_000 });
  }

  start(): void {
    this.#running = Promise.all(this.edges.flatMap((edge) => [this.#pollForEver(edge), this.#reportForEver(edge)]));
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#connections.destroy();
    await this.#running;
  }

  /** Edges that were given this generation or a later one. */
  edgesAt(generation: number): ReadonlySet<string> {
    return new Set(this.receipts.filter((receipt) => receipt.generation >= generation).map(({ edge }) => edge));
  }

  async #pollForEver(edge: SimulatedEdge): Promise<void> {
    let tag: string | null = null;
    let failures = 0;
    await this.#rest(Math.random() * 1_000);
    while (!this.#stopping.signal.aborted) {
      const answer: PollAnswer | null = await this.#poll(edge, tag).catch(() => null);
      failures = answer === null ? failures + 1 : 0;
      tag = answer?.tag ?? tag;
      await this.#rest(answer?.retryAfterMs ?? (answer === null ? retryMs(failures) : 0));
    }
  }

  async #poll(edge: SimulatedEdge, tag: string | null): Promise<PollAnswer> {
    const { statusCode, headers, body } = await request(`${this.url}/v1/agent/configuration?edge=${edge.name}`, {
      dispatcher: this.#connections,
      headers: {
        authorization: `Bearer ${edge.token}`,
        prefer: `wait=${POLL_SECONDS}`,
        ...(tag !== null && { 'if-none-match': tag }),
      },
    });
    const text = await body.text();
    this.#count('poll', statusCode);
    if (statusCode < 400) this.servedAtMs.set(edge.name, Date.now());
    if (statusCode === 200) {
      const { generation } = JSON.parse(text) as { generation: number };
      this.receipts.push({ edge: edge.name, generation, atMs: Date.now() });
      return { tag: String(headers['etag']), retryAfterMs: 0 };
    }
    // At random within the second after, or all would come back at once.
    const seconds = Number(headers['retry-after'] ?? 0);
    return { tag, retryAfterMs: seconds === 0 ? 0 : 1_000 * (seconds + Math.random()) };
  }

  async #reportForEver(edge: SimulatedEdge): Promise<void> {
    await this.#rest(Math.random() * REPORT_INTERVAL_MS);
    for (let sequence = 1; !this.#stopping.signal.aborted; sequence += 1) {
      await this.#report(edge, sequence).catch(() => undefined);
      await this.#rest(REPORT_INTERVAL_MS);
    }
  }

  async #report(edge: SimulatedEdge, sequence: number): Promise<void> {
    const { statusCode, body } = await request(`${this.url}/v1/agent/reports`, {
      dispatcher: this.#connections,
      method: 'POST',
      headers: { authorization: `Bearer ${edge.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(reportOf(edge.name, sequence)),
    });
    await body.dump();
    this.#count('report', statusCode);
  }

  #count(what: string, status: number): void {
    const key = `${what} ${status}`;
    this.statuses.set(key, (this.statuses.get(key) ?? 0) + 1);
  }

  async #rest(ms: number): Promise<void> {
    if (ms > 0) await pause(ms, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
  }
}

function retryMs(failures: number): number {
  return Math.random() * Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures);
}

/** Ten connections a second for each of three load balancers, all of them to the near origin. */
function reportOf(edge: string, sequence: number): object {
  const connections = sequence * 50;
  const origin = (name: string, rttMs: number, count: number) => ({
    origin: name,
    connections: count,
    rttMs,
    endpoints: [{ address: '192.0.2.1', up: true, weight: 1, activeConnections: 3 }],
  });
  return {
    version: 1,
    edge,
    agentVersion: '0.1.0',
    instance: 'first',
    sequence,
    monotonicMs: sequence * REPORT_INTERVAL_MS,
    applied: null,
    dataPlane: 'ipvs',
    loadBalancers: LOAD_BALANCERS.map((name) => ({
      name,
      connections,
      origins: [origin('near', 5, connections), origin('far', 60, 0)],
    })),
    errors: [],
  };
}

export const LOAD_BALANCERS: readonly string[] = ['shop', 'blog', 'api'];
