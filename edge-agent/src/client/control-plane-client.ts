import { fetch, type RequestInit, type Response } from 'undici';
import type { AgentReport } from '#contracts/agent-report.js';
import { publicationEntityTag, type EdgeConfiguration, type PublicationId } from '#contracts/edge-configuration.js';
import { acceptConfiguration } from './accept-configuration.js';
import { ControlPlaneError } from './control-plane-error.js';
import { type CredentialFiles, CredentialSource } from './credentials.js';

/** How much longer than it may hold a poll open the control plane's answer may take to come. */
const POLL_GRACE_SECONDS = 10;
const REPORT_TIMEOUT_MS = 5_000;

type AgentRequest = Omit<RequestInit, 'headers'> & { readonly headers: Readonly<Record<string, string>> };

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
    const response = await this.#request(`/v1/agent/configuration?${query.toString()}`, {
      headers: {
        accept: 'application/json',
        prefer: `wait=${waitSeconds}`,
        ...(held === null ? {} : { 'if-none-match': publicationEntityTag(held) }),
      },
      signal: AbortSignal.any([signal, AbortSignal.timeout((waitSeconds + POLL_GRACE_SECONDS) * 1000)]),
    });
    if (response.status === 304 || response.status === 204) return null;
    if (response.status !== 200) throw await this.#refusal(response);
    const body: unknown = await response.json().catch((error: unknown) => {
      throw new ControlPlaneError('control-plane-unreachable', 'the answer broke off', { cause: error });
    });
    return acceptConfiguration(body, this.edge, held);
  }

  async sendReport(report: AgentReport): Promise<void> {
    const response = await this.#request('/v1/agent/reports', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(report),
      signal: AbortSignal.timeout(REPORT_TIMEOUT_MS),
    });
    if (!response.ok) throw await this.#refusal(response);
    await response.body?.cancel();
  }

  async #request(path: string, init: AgentRequest): Promise<Response> {
    const { headers, dispatcher } = await this.#credentials.current();
    try {
      return await fetch(`${this.url}${path}`, {
        ...init,
        headers: { ...init.headers, ...headers },
        ...(dispatcher !== undefined && { dispatcher }),
      });
    } catch (error) {
      const message = `cannot reach the control plane at ${this.url}`;
      throw new ControlPlaneError('control-plane-unreachable', message, { cause: error });
    }
  }

  async #refusal(response: Response): Promise<ControlPlaneError> {
    const body = (await response.text().catch(() => '')).slice(0, 500);
    if (response.status === 404)
      return new ControlPlaneError(
        'edge-not-registered',
        `the control plane at ${this.url} knows no edge "${this.edge}"; register it, or correct WEIR_EDGE_NAME`,
      );
    return new ControlPlaneError(
      'control-plane-refused',
      `the control plane answered ${response.status} to ${new URL(response.url).pathname}: ${body}`,
    );
  }
}
