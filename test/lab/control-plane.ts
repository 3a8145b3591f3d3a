import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { edgeConfigurationSchema, type EdgeConfiguration } from '#contracts/edge-configuration.js';
import { WeirApi } from '#testkit/weir-api.js';
import { HostProcess } from './host-process.js';
import type { Lab } from './lab.js';

const ENTRY = fileURLToPath(new URL('../../dist/apps/control-plane/main.js', import.meta.url));
const START_TIMEOUT_MS = 60_000;
const ANSWER_TIMEOUT_MS = 10_000;

/** The built control plane, outside the edge, on the one address of the host that the edge reaches. */
export class ControlPlane {
  #process: HostProcess | undefined;
  #port = '0';

  constructor(
    private readonly lab: Lab,
    private readonly environment: Readonly<Record<string, string>> = {},
  ) {}

  get url(): string {
    return `http://${this.lab.topology.controlPlaneAddress}:${this.#port}`;
  }

  get api(): WeirApi {
    return new WeirApi(this.url);
  }

  /** Starts it unless it runs; after a kill with the same data on the same port. */
  async start(): Promise<void> {
    if (this.#process !== undefined) return;
    this.#process = new HostProcess([process.execPath, ENTRY], {
      WEIR_HOST: this.lab.topology.controlPlaneAddress,
      WEIR_PORT: this.#port,
      WEIR_DATA_DIRECTORY: join(this.lab.directory, 'control-plane'),
      // A change of configuration starts a cycle at once. A guest short of processor time must not count as silent.
      WEIR_CYCLE_SECONDS: '5',
      ...this.environment,
    });
    const [, port = ''] = await this.#process.waitForLine(/listening on http:\/\/[\d.]+:(\d+)/, START_TIMEOUT_MS);
    this.#port = port;
  }

  /** As a crash would. */
  async kill(): Promise<void> {
    await this.#process?.kill();
    this.#process = undefined;
  }

  /** What the agent of an edge gets now; rejects while nothing is published. */
  async published(edge: string): Promise<EdgeConfiguration> {
    const url = `${this.url}/v1/agent/configuration?edge=${edge}`;
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
    if (response.status !== 200) throw new Error(`nothing is published for ${edge}: ${response.status}`);
    return edgeConfigurationSchema.parse(await response.json());
  }
}
