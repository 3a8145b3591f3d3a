import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Where the demo's health checks ask. */
export const HEALTH_PATH = '/healthz';

/** A server that answers every request after `delayMs`, as if it were that far away, and counts those it served. */
export class OriginServer {
  readonly #server: Server;
  #served = 0;

  constructor(
    private readonly name: string,
    private readonly delayMs: number,
  ) {
    this.#server = createServer((request, response) => {
      setTimeout(() => {
        this.#answer(request, response);
      }, this.delayMs);
    });
  }

  /** Requests answered, one for each connection; health checks are not load. */
  get served(): number {
    return this.#served;
  }

  /** Answers the port, which 0 leaves open. Rejects when it is taken. */
  async listen(port: number): Promise<number> {
    this.#server.listen({ host: '127.0.0.1', port });
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  #answer({ url }: IncomingMessage, response: ServerResponse): void {
    if (url !== HEALTH_PATH) this.#served += 1;
    response.setHeader('connection', 'close');
    response.end(`${this.name}\n`);
  }
}
