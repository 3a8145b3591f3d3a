import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { eventually } from './eventually.js';

const CONFIGURATION = fileURLToPath(new URL('../../edge-agent/bundle.config.ts', import.meta.url));

/** Bundles the edge agent as `npm run build:edge` does, into this directory; answers the program's path. */
export async function buildEdgeAgentBundle(directory: string): Promise<string> {
  await build({ configFile: CONFIGURATION, logLevel: 'warn', build: { outDir: directory } });
  return join(directory, 'weir-edge.mjs');
}

export interface ProgramOptions {
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/** A program with nothing of this process's surroundings but Node. */
export class Program {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown[]>;
  #output = '';

  constructor(path: string, { args = [], environment = {}, cwd }: ProgramOptions) {
    const PATH = `${dirname(process.execPath)}:/usr/bin:/bin:/usr/sbin:/sbin`;
    this.#child = spawn(path, args, { cwd, env: { PATH, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
    this.#ended = once(this.#child, 'close');
  }

  /** Of both streams. */
  get output(): string {
    return this.#output;
  }

  async says(text: string): Promise<void> {
    await eventually(() => {
      if (!this.#output.includes(text)) throw new Error(`it did not say "${text}" but:\n${this.#output}`);
    });
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** The exit code, or the signal that ended it. */
  async end(): Promise<unknown> {
    const [exitCode, signal] = await this.#ended;
    return exitCode ?? signal;
  }
}
