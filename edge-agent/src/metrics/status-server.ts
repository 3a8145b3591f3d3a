import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf, type Problem } from '../problem.js';

export interface StatusSources {
  readonly metrics: { readonly contentType: string; exposition(): Promise<string> };
  /** Empty when all is well. */
  readonly unhealthyReasons: () => readonly Problem[];
  /** Anything that JSON can say. */
  readonly status: () => object;
}

interface Answer {
  readonly code: number;
  readonly contentType: string;
  readonly body: string;
}

/** `/metrics` for Prometheus, `/healthz` for whoever restarts or withdraws edges, `/status` for people. Read-only. */
export class StatusServer {
  readonly #server: Server;

  constructor(private readonly sources: StatusSources) {
    this.#server = createServer((request, response) => {
      void this.#answer(request.method, request.url).then(({ code, contentType, body }) => {
        response.writeHead(code, { 'content-type': contentType, 'cache-control': 'no-store' }).end(body);
      });
    });
  }

  /** Answers the port it listens on, which port 0 leaves to the system; rejects when it cannot. */
  async start(host: string, port: number): Promise<number> {
    this.#server.listen({ host, port });
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(method = 'GET', url = '/'): Promise<Answer> {
    if (method !== 'GET' && method !== 'HEAD') return json(405, { error: 'only GET' });
    try {
      return await this.#page(url.replace(/\?.*$/, ''));
    } catch (error) {
      return json(500, { error: messageOf(error) });
    }
  }

  async #page(path: string): Promise<Answer> {
    const { metrics, unhealthyReasons, status } = this.sources;
    switch (path) {
      case '/metrics':
        return { code: 200, contentType: metrics.contentType, body: await metrics.exposition() };
      case '/healthz': {
        const reasons = unhealthyReasons();
        return reasons.length === 0 ? json(200, { status: 'ok' }) : json(503, { status: 'failing', reasons });
      }
      case '/status':
        return json(200, status());
      default:
        return json(404, { error: 'there are /metrics, /healthz and /status' });
    }
  }
}

function json(code: number, body: object): Answer {
  return { code, contentType: 'application/json', body: `${JSON.stringify(body, null, 2)}\n` };
}
