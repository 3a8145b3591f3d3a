import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Agent, fetch } from 'undici';
import { eventually } from './eventually.js';

export interface ControlPlaneProcessOptions {
  /** `WEIR_…` settings beside the port and the data directory; they win over what the test process itself has. */
  readonly environment?: Readonly<Record<string, string>>;
  /** To start on the data of an earlier process; a temporary one when left out. */
  readonly dataDirectory?: string;
  /** To be found where an earlier process was; a free one when left out. */
  readonly port?: number;
  /** Signed its certificate, where it speaks TLS. */
  readonly caFile?: string;
  /** Another Node than the one that runs the test. */
  readonly node?: string;
}

/** How a process ended: by itself, or by a signal. */
export interface ProcessEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A real control plane in a process of its own. */
export interface ControlPlaneProcess {
  readonly url: string;
  /** Of an admin. */
  readonly token: string;
  readonly dataDirectory: string;
  /** Everything it has written so far, line by line. */
  logs(): readonly string[];
  /** Tells it to read its certificates again (SIGHUP). */
  hangUp(): void;
  /** Asks it to end (SIGTERM), waits, and removes a temporary data directory. Harmless when it has ended already. */
  stop(): Promise<ProcessEnd>;
  /** Ends it as a crash would (SIGKILL) and keeps its data, for another process to start on; call `stop` on that one. */
  kill(): Promise<ProcessEnd>;
}

/** Every control plane of a test begins with this one. */
export const ADMIN_TOKEN = `weir_0123456789_${'t'.repeat(43)}`;

const ENTRY = fileURLToPath(new URL('../../dist/bundles/control-plane/main.js', import.meta.url));
const START_TIMEOUT_MS = 90_000;
const STOP_TIMEOUT_MS = 10_000;

/** Starts the built control plane; resolves once it is ready, rejects with its last words otherwise. */
export async function startControlPlane(options: ControlPlaneProcessOptions = {}): Promise<ControlPlaneProcess> {
  const dataDirectory = options.dataDirectory ?? (await mkdtemp(join(tmpdir(), 'weir-control-plane-')));
  const adminTokenFile = join(dataDirectory, 'admin-token');
  await writeFile(adminTokenFile, ADMIN_TOKEN);
  const child = spawn(options.node ?? process.execPath, [ENTRY], {
    env: {
      ...process.env,
      // Tests ask more in a second than people do.
      WEIR_REQUESTS_PER_SECOND: '10000',
      WEIR_ADMIN_TOKEN_FILE: adminTokenFile,
      ...options.environment,
      WEIR_HOST: '127.0.0.1',
      WEIR_PORT: String(options.port ?? 0),
      WEIR_DATA_DIRECTORY: dataDirectory,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines = collectLines(child);
  const ended = endOf(child);
  const killWithTests = (): void => {
    child.kill('SIGKILL');
  };
  process.once('exit', killWithTests);

  const end = async (signal: NodeJS.Signals): Promise<ProcessEnd> => {
    child.kill(signal);
    const impatience = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    const answer = await ended;
    clearTimeout(impatience);
    process.off('exit', killWithTests);
    return answer;
  };
  const stop = async (): Promise<ProcessEnd> => {
    const answer = await end('SIGTERM');
    if (isTemporary(dataDirectory)) await rm(dataDirectory, { recursive: true, force: true });
    return answer;
  };

  try {
    const url = await readyUrl(lines, ended, options.caFile);
    return {
      url,
      token: ADMIN_TOKEN,
      dataDirectory,
      logs: () => [...lines],
      stop,
      kill: () => end('SIGKILL'),
      hangUp: () => void child.kill('SIGHUP'),
    };
  } catch (error) {
    await end('SIGKILL');
    if (options.dataDirectory === undefined) await rm(dataDirectory, { recursive: true, force: true });
    throw error;
  }
}

/** A directory made here goes with the last process that used it, whichever that is. */
function isTemporary(dataDirectory: string): boolean {
  return dataDirectory.startsWith(join(tmpdir(), 'weir-control-plane-'));
}

/** Goes on reading until the end: a full pipe would halt the process. */
function collectLines(child: ChildProcess): readonly string[] {
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream !== null) createInterface({ input: stream }).on('line', (line) => lines.push(line));
  }
  return lines;
}

function endOf(child: ChildProcess): Promise<ProcessEnd> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode, signal) => {
      resolve({ exitCode, signal });
    });
  });
}

/** With port 0 only the log tells which port it became. */
async function readyUrl(
  lines: readonly string[],
  ended: Promise<ProcessEnd>,
  caFile: string | undefined,
): Promise<string> {
  const dispatcher = new Agent(caFile === undefined ? {} : { connect: { ca: await readFile(caFile) } });
  const abandoned = new AbortController();
  const ready = eventually(async () => {
    abandoned.signal.throwIfAborted();
    const url = lines.map((line) => /listening on (https?:\/\/[\d.:]+)/.exec(line)?.[1]).find((found) => found);
    if (url === undefined) throw new Error('the control plane does not listen yet');
    const answer = await fetch(`${url}/readyz`, { dispatcher, signal: AbortSignal.timeout(2_000) });
    if (!answer.ok) throw new Error(`the control plane is not ready: ${answer.status}`);
    return url;
  }, START_TIMEOUT_MS);
  const failed = ended.then(({ exitCode, signal }) => {
    throw new Error(`the control plane ended with ${String(exitCode ?? signal)}`);
  });
  try {
    return await Promise.race([ready, failed]);
  } catch (cause) {
    throw new Error(`no control plane to test; its last words:\n${lines.slice(-10).join('\n')}`, { cause });
  } finally {
    await dispatcher.close();
  }
}
