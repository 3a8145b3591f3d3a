import type { Logger } from '../logger.js';
import { messageOf, type Problem } from '../problem.js';
import type { StatusServer } from './status-server.js';

export interface StatusListeningParts {
  readonly server: Pick<StatusServer, 'start' | 'stop'>;
  readonly host: string;
  readonly port: number;
  readonly logger: Logger;
}

const RETRY_MS = 10_000;

/** Keeps the status server listening. A port that somebody else has costs the edge its metrics, never its forwarding. */
export class StatusListening {
  #port: number | null = null;
  #problem: Problem | null = null;
  #retry: NodeJS.Timeout | undefined;

  constructor(private readonly parts: StatusListeningParts) {}

  /** `null` while it cannot listen. */
  get port(): number | null {
    return this.#port;
  }

  get problem(): Problem | null {
    return this.#problem;
  }

  /** Tries once, and goes on trying. Never rejects. */
  async start(): Promise<void> {
    const { server, host, port, logger } = this.parts;
    try {
      this.#port = await server.start(host, port);
      if (this.#problem !== null) logger.info('the status is served now', { httpPort: this.#port });
      this.#problem = null;
    } catch (error) {
      const message =
        `cannot listen on ${host} port ${port} (${messageOf(error)}): /metrics, /healthz and /status are not served ` +
        'until it can. End what listens there, or set WEIR_EDGE_HTTP_HOST and WEIR_EDGE_HTTP_PORT';
      if (this.#problem === null) logger.error(message, { code: 'status-unavailable' });
      this.#problem = { code: 'status-unavailable', message };
      this.#retry = setTimeout(() => void this.start(), RETRY_MS);
    }
  }

  async stop(): Promise<void> {
    clearTimeout(this.#retry);
    if (this.#port !== null) await this.parts.server.stop();
  }
}
