import { z } from 'zod';

const sharesSchema = z.object({
  decidedAt: z.string().nullable(),
  pairs: z.array(
    z.object({
      edge: z.string(),
      explanation: z.string(),
      shares: z.array(z.object({ origin: z.string(), share: z.number() })),
    }),
  ),
});

/** The newest decision on a load balancer; `decidedAt` is `null` before the first. */
export type Decision = z.infer<typeof sharesSchema>;

const TIMEOUT_MS = 2_000;

/** What the demo needs of the REST API. */
export class WeirClient {
  /** `url` without a slash at its end. */
  constructor(private readonly url: string) {}

  async isReady(): Promise<boolean> {
    return (await this.#fetch('/readyz', {})).ok;
  }

  /** Creates a resource or replaces it; rejects with what the API has against it. */
  async put(path: string, body: object): Promise<void> {
    await this.#succeed(path, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }

  async decision(loadBalancer: string): Promise<Decision> {
    const response = await this.#succeed(`/v1/load-balancers/${loadBalancer}/shares`, {});
    return sharesSchema.parse(await response.json());
  }

  async #succeed(path: string, request: RequestInit): Promise<Response> {
    const response = await this.#fetch(path, request);
    if (response.ok) return response;
    throw new Error(`${request.method ?? 'GET'} ${path} was answered ${response.status}: ${await response.text()}`);
  }

  #fetch(path: string, request: RequestInit): Promise<Response> {
    return fetch(`${this.url}${path}`, { ...request, signal: AbortSignal.timeout(TIMEOUT_MS) });
  }
}
