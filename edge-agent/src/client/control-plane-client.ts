import { request, type Dispatcher } from 'undici';
import type { AgentReport } from '#contracts/agent-report.js';
import { publicationEntityTag, type EdgeConfiguration, type PublicationId } from '#contracts/edge-configuration.js';
import { acceptConfiguration } from './accept-configuration.js';
import { ControlPlaneError } from './control-plane-error.js';
import { type CredentialFiles, CredentialSource } from './credentials.js';

/** How much longer than it may hold a poll open the control plane's answer may take to come. */
const POLL_GRACE_SECONDS = 10;
const REPORT_TIMEOUT_MS = 5_000;

interface AgentRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
}

interface AgentResponse extends Pick<Dispatcher.ResponseData, 'statusCode' | 'body'> {
  readonly path: string;
}

/** The agent's side of the agent channel. Every call rejects with a ControlPlaneError when it brings nothing. */
export class ControlPlaneClient {
  readonly #credentials: CredentialSource;

  /** `url` has no slash at its end. */
  constructor(
    private readonly url: string,
    private readonly edge: string,
    files: CredentialFiles,
  ) {
    this.#credentials = new CredentialSource(files);
  }

  /** Waits up to `waitSeconds` for a publication newer than `held`; `null` when there was none. */
  async fetchConfiguration(
    held: PublicationId | null,
    waitSeconds: number,
    signal: AbortSignal,
  ): Promise<EdgeConfiguration | null> {
    const query = new URLSearchParams({ edge: this.edge });
    const response = await this.#request({
      method: 'GET',
      path: `/v1/agent/configuration?${query.toString()}`,
      headers: {
        accept: 'application/json',
        prefer: `wait=${waitSeconds}`,
        ...(held === null ? {} : { 'if-none-match': publicationEntityTag(held) }),
      },
      signal: AbortSignal.any([signal, AbortSignal.timeout((waitSeconds + POLL_GRACE_SECONDS) * 1000)]),
    });
    if (response.statusCode === 304 || response.statusCode === 204) {
      await response.body.dump();
      return null;
    }
    if (response.statusCode !== 200) throw await this.#refusal(response);
    const body: unknown = await response.body.json().catch((error: unknown) => {
      throw new ControlPlaneError('control-plane-unreachable', 'the answer broke off', { cause: error });
    });
    return acceptConfiguration(body, this.edge, held);
  }

  async sendReport(report: AgentReport): Promise<void> {
    const response = await this.#request({
      method: 'POST',
      path: '/v1/agent/reports',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(report),
      signal: AbortSignal.timeout(REPORT_TIMEOUT_MS),
    });
    if (response.statusCode < 200 || response.statusCode > 299) throw await this.#refusal(response);
    await response.body.dump();
  }

  async #request({ path, ...options }: AgentRequest): Promise<AgentResponse> {
    const { headers, dispatcher } = await this.#credentials.current();
    try {
      const { statusCode, body } = await request(`${this.url}${path}`, {
        ...options,
        headers: { ...options.headers, ...headers },
        ...(dispatcher !== undefined && { dispatcher }),
      });
      return { path, statusCode, body };
    } catch (error) {
      const message = `cannot reach the control plane at ${this.url}`;
      throw new ControlPlaneError('control-plane-unreachable', message, { cause: error });
    }
  }

  async #refusal({ path, statusCode, body }: AgentResponse): Promise<ControlPlaneError> {
    const text = (await body.text().catch(() => '')).slice(0, 500);
    if (statusCode === 404)
      return new ControlPlaneError(
        'edge-not-registered',
        `the control plane at ${this.url} knows no edge "${this.edge}"; register it, or correct WEIR_EDGE_NAME`,
      );
    const [resource = ''] = path.split('?');
    return new ControlPlaneError(
      'control-plane-refused',
      `the control plane answered ${statusCode} to ${resource}: ${text}`,
    );
  }
}
