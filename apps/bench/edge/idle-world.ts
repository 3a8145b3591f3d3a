import { once } from 'node:events';
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import type { EdgeConfiguration } from '#contracts/edge-configuration.js';

/** How much an agent has to look after. */
export interface EdgeSize {
  readonly services: number;
  readonly endpointsPerService: number;
  /** Whether services share their endpoints, and so their probes, or each has its own. */
  readonly endpoints: 'own' | 'shared';
}

const FIRST_SERVICE_PORT = 24_000;
const KEEP_ALIVE_MS = 72_000;

/** What an edge of this size is told: its listeners are on loopback, its endpoints on these ports of it. */
export function edgeOfSize(
  { services, endpointsPerService, endpoints }: EdgeSize,
  ports: readonly number[],
): EdgeConfiguration {
  return {
    version: 1,
    edge: 'bench-1',
    term: 1,
    generation: 1,
    state: 'active',
    loadBalancers: Array.from({ length: services }, (_, index) => ({
      name: `lb-${index}`,
      addresses: ['127.0.0.1'],
      listeners: [{ protocol: 'TCP' as const, port: FIRST_SERVICE_PORT + index }],
      distribution: 'maglev-5-tuple' as const,
      forwarding: { method: 'masquerade' as const, sourceNat: true },
      endpoints: Array.from({ length: endpointsPerService }, (_none, at) => ({
        origin: `origin-${at % 5}`,
        address: '127.0.0.1',
        port: ports[endpoints === 'own' ? index * endpointsPerService + at : at] ?? 0,
        weight: 100,
      })),
      healthCheck: {
        protocol: 'TCP' as const,
        intervalMs: 2_000,
        timeoutMs: 1_000,
        unhealthyThreshold: 3,
        healthyThreshold: 2,
      },
    })),
  };
}

/** So many listeners on free ports of loopback that hang up on everybody. */
export async function startEndpoints(count: number): Promise<{ readonly ports: readonly number[]; stop(): void }> {
  const servers: Server[] = [];
  for (let index = 0; index < count; index += 1) {
    const server = createServer((socket) => socket.on('error', () => undefined).end());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    servers.push(server);
  }
  return {
    ports: servers.map((server) => (server.address() as AddressInfo).port),
    stop: () => {
      for (const server of servers) server.close();
    },
  };
}

/** The agent channel: answers the first poll with the configuration, holds the others, and takes reports. */
export class QuietControlPlane {
  #reports = 0;
  readonly #server: HttpServer;

  constructor(configuration: EdgeConfiguration) {
    const tag = `"${configuration.term}-${configuration.generation}"`;
    this.#server = createHttpServer((request, response) => {
      request.resume();
      if (request.method === 'POST') {
        this.#reports += 1;
        response.writeHead(202).end();
        return;
      }
      // As the real one would: 304 when its patience ends.
      if (request.headers['if-none-match'] === tag) setTimeout(() => response.writeHead(304).end(), 25_000);
      else
        response.writeHead(200, { 'content-type': 'application/json', etag: tag }).end(JSON.stringify(configuration));
    });
    // As the real one, whose connections outlive the time between two reports.
    this.#server.keepAliveTimeout = KEEP_ALIVE_MS;
  }

  get reports(): number {
    return this.#reports;
  }

  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
