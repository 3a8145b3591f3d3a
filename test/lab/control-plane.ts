import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { edgeConfigurationSchema, type EdgeConfiguration } from '#contracts/edge-configuration.js';
import { ADMIN_TOKEN } from '#testkit/control-plane-process.js';
import { WeirApi } from '#testkit/weir-api.js';
import { HostProcess } from './host-process.js';
import type { Lab } from './lab.js';

const ENTRY = fileURLToPath(new URL('../../dist/bundles/control-plane/main.js', import.meta.url));
const START_TIMEOUT_MS = 60_000;
const ANSWER_TIMEOUT_MS = 10_000;

/** The built control plane, outside the edge, on the one address of the host that the edge reaches. */
export class ControlPlane {
  #process: HostProcess | undefined;
  #port = '0';
  readonly #agentTokens = new Map<string, Promise<string>>();

  constructor(
    private readonly lab: Lab,
    private readonly environment: Readonly<Record<string, string>> = {},
  ) {}

  get url(): string {
    return `http://${this.lab.topology.controlPlaneAddress}:${this.#port}`;
  }

  get api(): WeirApi {
    return new WeirApi({ url: this.url, token: ADMIN_TOKEN });
  }

  /** Starts it unless it runs; after a kill with the same data on the same port. */
  async start(): Promise<void> {
    if (this.#process !== undefined) return;
    const adminTokenFile = join(this.lab.directory, 'admin-token');
    await writeFile(adminTokenFile, ADMIN_TOKEN);
    this.#process = new HostProcess([process.execPath, ENTRY], {
      WEIR_HOST: this.lab.topology.controlPlaneAddress,
      WEIR_PORT: this.#port,
      WEIR_ADMIN_TOKEN_FILE: adminTokenFile,
      WEIR_DATA_DIRECTORY: join(this.lab.directory, 'control-plane'),
      // A change of configuration starts a cycle at once. A guest short of processor time must not count as silent.
      WEIR_CYCLE_SECONDS: '5',
      WEIR_RATE_WINDOW_SECONDS: '20',
      ...this.environment,
    });
    const [, port = ''] = await this.#process.waitForLine(/listening on http:\/\/[\d.]+:(\d+)/, START_TIMEOUT_MS);
    this.#port = port;
  }

  /** A file with the token of the edge's agent. */
  async tokenFile(edge: string): Promise<string> {
    const file = join(this.lab.directory, `${edge}-token`);
    await writeFile(file, await this.#agentToken(edge));
    return file;
  }

  /** As a crash would. */
  async kill(): Promise<void> {
    await this.#process?.kill();
    this.#process = undefined;
  }

  /** What the agent of an edge gets now; rejects while nothing is published. */
  async published(edge: string): Promise<EdgeConfiguration> {
    const url = `${this.url}/v1/agent/configuration?edge=${edge}`;
    const headers = { authorization: `Bearer ${await this.#agentToken(edge)}` };
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
    if (response.status !== 200) throw new Error(`nothing is published for ${edge}: ${response.status}`);
    return edgeConfigurationSchema.parse(await response.json());
  }

  /** Given once: agents are started while the control plane is away, too. */
  #agentToken(edge: string): Promise<string> {
    const known = this.#agentTokens.get(edge);
    if (known !== undefined) return known;
    const token = this.api.edgeToken(edge);
    this.#agentTokens.set(edge, token);
    return token;
  }
}
