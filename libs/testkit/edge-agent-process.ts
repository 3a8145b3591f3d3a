import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { eventually } from './eventually.js';
import { metricValue, parseExposition, type MetricSample } from './exposition.js';

export interface EdgeAgentProcessOptions {
  readonly edge: string;
  readonly controlPlaneUrl: string;
  /** Where its stored configuration lives; one of an earlier process to start on what that knew. */
  readonly stateDirectory: string;
  /** `203.0.113.10:80=127.0.0.1:8081`: where it really listens for a declared address and port. */
  readonly listenMap: string;
  /** Further `WEIR_EDGE_…` settings, such as who it is. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Another Node than the one that runs the test. */
  readonly node?: string;
}

/** A real edge agent with the userspace data plane, in a process of its own. */
export interface EdgeAgentProcess {
  readonly edge: string;
  /** Of `/metrics`, `/healthz` and `/status`. */
  readonly url: string;
  /** Everything it has written so far, line by line. */
  logs(): readonly string[];
  metrics(): Promise<readonly MetricSample[]>;
  /** What its data plane has now. Rejects before it has applied anything. */
  forwarding(): Promise<Forwarding>;
  /** The status code of `/healthz`. */
  health(): Promise<number>;
  /** Asks it to end (SIGTERM) and waits. Harmless when it has ended already. */
  stop(): Promise<void>;
  /** Ends it as a crash would (SIGKILL) and waits. */
  kill(): Promise<void>;
}

/** What an agent forwards by, of one instant. */
export interface Forwarding {
  readonly generation: number;
  /** Each origin's part of the whole weight, 0 to 1. */
  readonly shares: Readonly<Record<string, number>>;
}

const ENTRY = fileURLToPath(new URL('../../dist/weir-edge.mjs', import.meta.url));
const REPORT_INTERVAL_MS = 200;
const START_TIMEOUT_MS = 90_000;
const STOP_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;

/** Starts the built agent; resolves once it runs, with or without a control plane; rejects with its last words otherwise. */
export async function startEdgeAgent(options: EdgeAgentProcessOptions): Promise<EdgeAgentProcess> {
  const child = spawn(options.node ?? process.execPath, [ENTRY], {
    env: { ...process.env, ...environmentOf(options), ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines = collectLines(child);
  const ended = once(child, 'close');
  const killWithTests = (): void => {
    child.kill('SIGKILL');
  };
  process.once('exit', killWithTests);

  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    const impatience = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await ended;
    clearTimeout(impatience);
    process.off('exit', killWithTests);
  };
  try {
    const url = `http://127.0.0.1:${await httpPort(lines, ended)}`;
    const metrics = async () => parseExposition(await (await get(`${url}/metrics`)).text());
    return {
      edge: options.edge,
      url,
      logs: () => [...lines],
      metrics,
      forwarding: async () => forwardingIn(await metrics()),
      health: async () => (await get(`${url}/healthz`)).status,
      stop: () => end('SIGTERM'),
      kill: () => end('SIGKILL'),
    };
  } catch (cause) {
    await end('SIGKILL');
    throw new Error(`no edge agent to test; its last words:\n${lines.slice(-10).join('\n')}`, { cause });
  }
}

/** As the agent's own metrics tell it. */
export function forwardingIn(samples: readonly MetricSample[]): Forwarding {
  const weights = samples.filter(({ name }) => name === 'weir_edge_weight');
  const whole = weights.reduce((sum, { value }) => sum + value, 0);
  return {
    generation: metricValue(samples, 'weir_edge_configuration_generation'),
    shares: Object.fromEntries(weights.map(({ labels, value }) => [labels['origin'] ?? '', value / whole])),
  };
}

function environmentOf({ edge, controlPlaneUrl, stateDirectory, listenMap }: EdgeAgentProcessOptions) {
  return {
    WEIR_EDGE_NAME: edge,
    WEIR_CONTROL_PLANE_URL: controlPlaneUrl,
    WEIR_EDGE_STATE_DIRECTORY: stateDirectory,
    WEIR_EDGE_DATA_PLANE: 'userspace',
    WEIR_EDGE_HTTP_HOST: '127.0.0.1',
    WEIR_EDGE_HTTP_PORT: '0',
    WEIR_EDGE_REPORT_INTERVAL_MS: String(REPORT_INTERVAL_MS),
    WEIR_EDGE_LISTEN_MAP: listenMap,
    WEIR_EDGE_LOG_LEVEL: 'info',
  };
}

/** Goes on reading until the end: a full pipe would halt the process. */
function collectLines(child: ChildProcess): readonly string[] {
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream !== null) createInterface({ input: stream }).on('line', (line) => lines.push(line));
  }
  return lines;
}

/** With port 0 only the log tells which port it became. */
function httpPort(lines: readonly string[], ended: Promise<unknown>): Promise<string> {
  const told = eventually(() => {
    const port = lines.map((line) => /"httpPort":(\d+)/.exec(line)?.[1]).find((found) => found !== undefined);
    if (port === undefined) throw new Error('the edge agent does not run yet');
    return port;
  }, START_TIMEOUT_MS);
  const failed = ended.then(() => {
    throw new Error('the edge agent ended');
  });
  return Promise.race([told, failed]);
}

function get(url: string): Promise<Response> {
  return fetch(url, { signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) });
}
