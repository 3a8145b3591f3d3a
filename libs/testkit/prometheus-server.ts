import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { stringify } from 'yaml';
import { debianProgram } from './debian-package.js';
import type { RealPart } from './real-part.js';

export interface ScrapedTargets {
  /** `host:port` of each target; scraped at `/metrics`. */
  readonly targets: readonly string[];
  readonly scrapeIntervalMs: number;
}

export interface PrometheusProgram {
  /** What to run; see `findPrometheus`. */
  readonly program: string;
  /** To be found where an earlier server was; a free one when left out. */
  readonly port?: number;
}

export type PrometheusServerOptions = PrometheusProgram & ScrapedTargets;

export interface PrometheusServer {
  readonly url: string;
  /** Ends the process and removes everything it wrote. */
  stop(): Promise<void>;
}

const startTimeoutMs = 90_000;
const stopTimeoutMs = 10_000;

export async function findPrometheus(): Promise<RealPart> {
  return debianProgram('prometheus', 'usr/bin/prometheus');
}

/** Prometheus' tool that judges configurations and rules. */
export async function findPromtool(): Promise<RealPart> {
  return debianProgram('prometheus', 'usr/bin/promtool');
}

/** Starts a throw-away Prometheus; resolves when it listens, rejects with its last words when it ends. */
export function startPrometheus({ program, port, ...targets }: PrometheusServerOptions): Promise<PrometheusServer> {
  return startConfiguredPrometheus({ program, ...(port !== undefined && { port }) }, scrapeConfiguration(targets));
}

/** The same with a configuration of one's own; files that it names must be named in full. */
export async function startConfiguredPrometheus(
  options: PrometheusProgram,
  configuration: object,
): Promise<PrometheusServer> {
  const directory = await mkdtemp(join(tmpdir(), 'weir-prometheus-'));
  const file = join(directory, 'prometheus.yml');
  await writeFile(file, stringify(configuration));
  const child = spawn(
    options.program,
    [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(directory, 'data')}`,
      `--web.listen-address=127.0.0.1:${options.port ?? 0}`,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const killWithTests = (): void => {
    child.kill('SIGKILL');
  };
  process.once('exit', killWithTests);
  const stop = async (): Promise<void> => {
    process.off('exit', killWithTests);
    await end(child);
    await rm(directory, { recursive: true, force: true });
  };
  try {
    return { url: `http://${await listeningAddress(child)}`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function scrapeConfiguration({ targets, scrapeIntervalMs }: ScrapedTargets): object {
  const interval = `${scrapeIntervalMs}ms`;
  return {
    global: { scrape_interval: interval, scrape_timeout: interval },
    scrape_configs: [{ job_name: 'weir-edge-agents', static_configs: [{ targets }] }],
  };
}

/** With port 0 only the log tells which port it became. */
function listeningAddress(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const { stderr } = child;
    if (stderr === null) throw new Error('Prometheus was started without a pipe to its log');
    let lastLine = 'it wrote nothing';
    const timer = setTimeout(() => {
      reject(new Error(`Prometheus did not listen within ${startTimeoutMs} ms: ${lastLine}`));
    }, startTimeoutMs);
    // Goes on reading after the address is known: a full pipe would halt Prometheus.
    createInterface({ input: stderr }).on('line', (line) => {
      lastLine = line;
      const address = /msg="Listening on".* address=(\S+)/.exec(line)?.[1];
      if (address === undefined) return;
      clearTimeout(timer);
      resolve(address);
    });
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      reject(new Error(`Prometheus ended with exit code ${String(code)}: ${lastLine}`));
    });
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const closed = new Promise((resolve) => child.once('close', resolve));
  const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
  child.kill('SIGTERM');
  await closed;
  clearTimeout(timer);
}
