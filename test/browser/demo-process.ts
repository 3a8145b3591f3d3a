import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { eventually } from '#testkit/eventually.js';

const DEMO = fileURLToPath(new URL('../../dist/apps/demo/main.js', import.meta.url));
const START_TIMEOUT_MS = 170_000;
const STOP_TIMEOUT_MS = 15_000;

/** The demo as anybody runs it, with its traffic going on. */
export interface DemoProcess {
  /** Of its control plane, without a slash at its end. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts the built demo; resolves once so many of its cycles have passed. */
export async function startDemo(args: readonly string[], cycles = 1): Promise<DemoProcess> {
  const directory = await mkdtemp(join(tmpdir(), 'weir-demo-output-'));
  const child = spawn(process.execPath, [DEMO, '--output', directory, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => lines.push(line));
  }
  const stop = async (): Promise<void> => {
    await end(child);
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const url = await eventually(() => {
      if (child.exitCode !== null) throw new Error(`the demo ended with ${child.exitCode}`);
      if (lines.filter((line) => line.startsWith('cycle')).length < cycles) throw new Error('the demo has only begun');
      return addressIn(lines);
    }, START_TIMEOUT_MS);
    return { url, stop };
  } catch (cause) {
    await stop();
    throw new Error(`no demo to look at; its last words:\n${lines.slice(-10).join('\n')}`, { cause });
  }
}

function addressIn(lines: readonly string[]): string {
  const url = lines.map((line) => /web console at (http:\/\/[\d.:]+)\//.exec(line)?.[1]).find((found) => found);
  if (url === undefined) throw new Error('the demo does not say where its console is');
  return url;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGINT');
  const impatience = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(impatience);
}
