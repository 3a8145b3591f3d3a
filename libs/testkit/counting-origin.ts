import { once } from 'node:events';
import { createServer, type Server } from 'node:http';

/** Where health checks ask; not counted as load. */
export const HEALTH_PATH = '/healthz';

/** A server that answers every request with its name after `delayMs`, as if it were that far away, and counts them. */
export class CountingOrigin {
  #server: Server | null = null;
  #served = 0;

  /** `port` must be one that stays free while the origin is down. */
  constructor(
    readonly name: string,
    readonly port: number,
    private readonly delayMs: number,
  ) {}

  /** Requests taken over all its lives, one for each connection. */
  get served(): number {
    return this.#served;
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => {
      if (request.url !== HEALTH_PATH) this.#served += 1;
      setTimeout(() => {
        response.setHeader('connection', 'close');
        response.end(this.name);
      }, this.delayMs);
    });
    server.listen({ host: '127.0.0.1', port: this.port });
    await once(server, 'listening');
    this.#server = server;
  }

  /** From now on connections are refused, and open ones are cut. Harmless when it is down already. */
  async kill(): Promise<void> {
    const server = this.#server;
    if (server === null) return;
    this.#server = null;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }
}
