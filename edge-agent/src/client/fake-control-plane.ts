import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { agentReportSchema, type AgentReport } from '#contracts/agent-report.js';
import { publicationEntityTag, type EdgeConfiguration } from '#contracts/edge-configuration.js';

/** The control plane's end of the agent channel, in this process: holds polls open and keeps the reports. */
export class FakeControlPlane {
  readonly reports: AgentReport[] = [];
  readonly requests: { readonly url: string; readonly headers: IncomingMessage['headers'] }[] = [];
  /** Answers everything with this status, while set. */
  refusesWith: number | null = null;
  #configuration: unknown = null;
  #tag = '';
  #waiting: (() => void)[] = [];
  #server: Server | null = null;
  #port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Comes back on the same port after a stop. */
  async start(): Promise<void> {
    this.#server = createServer((request, response) => {
      void this.#answer(request, response);
    });
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (server === null) return;
    this.#server = null;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }

  publish(configuration: EdgeConfiguration): void {
    this.publishRaw(configuration, publicationEntityTag(configuration));
  }

  publishRaw(body: unknown, tag: string): void {
    this.#configuration = body;
    this.#tag = tag;
    for (const wake of this.#waiting.splice(0)) wake();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests.push({ url: request.url ?? '', headers: request.headers });
    if (this.refusesWith !== null) {
      response.writeHead(this.refusesWith).end('no');
      return;
    }
    if (request.method === 'POST') {
      this.reports.push(agentReportSchema.parse(JSON.parse(await bodyOf(request))));
      response.writeHead(202).end();
      return;
    }
    if (this.#configuration === null || request.headers['if-none-match'] === this.#tag)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    response.writeHead(200, { 'content-type': 'application/json', etag: this.#tag });
    response.end(JSON.stringify(this.#configuration));
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
