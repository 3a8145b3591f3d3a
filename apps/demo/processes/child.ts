import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { END_WITH_PARENT } from './end-with-parent.js';
import { LogTail } from './log-tail.js';

export interface ChildSpec {
  /** As people are told, like "the edge ams-1". */
  readonly name: string;
  /** Path of a JavaScript file. */
  readonly script: string;
  readonly arguments?: readonly string[];
  readonly settings?: Readonly<Record<string, string>>;
  readonly onMessage?: (message: unknown) => void;
}

/** A child process ended although nobody asked it to. */
export class ChildDied extends Error {
  override readonly name = 'ChildDied';
}

const TERMINATION_GRACE_MS = 3_000;

/** One Node.js child process in a process group of its own: Ctrl-C reaches the parent alone, which ends it in order. */
export class Child {
  readonly exited: Promise<void>;
  readonly #process: ChildProcess;
  readonly #log = new LogTail();
  #isEnding = false;

  constructor(
    private readonly spec: ChildSpec,
    private readonly onDeath: (error: ChildDied) => void,
  ) {
    this.#process = spawn(process.execPath, ['--import', END_WITH_PARENT, spec.script, ...(spec.arguments ?? [])], {
      env: { ...inheritedEnvironment(), ...spec.settings },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // On Windows a detached child opens a console window.
      detached: process.platform !== 'win32',
    });
    this.#keepLog(this.#process.stdout);
    this.#keepLog(this.#process.stderr);
    if (spec.onMessage !== undefined) this.#process.on('message', spec.onMessage);
    this.exited = this.#watchEnd();
  }

  /** Ends it at once, without a word. Resolves when it has ended. */
  kill(): Promise<void> {
    this.killNow();
    return this.exited;
  }

  /** As `kill`, for when there is no time to wait. */
  killNow(): void {
    this.#isEnding = true;
    this.#process.kill('SIGKILL');
  }

  /** Asks it to end, and makes it end when it has not after `graceMs`. */
  async stop(graceMs = TERMINATION_GRACE_MS): Promise<void> {
    this.#isEnding = true;
    this.#process.kill('SIGTERM');
    const waiting = new AbortController();
    const patience = sleep(graceMs, undefined, { signal: waiting.signal }).catch(() => undefined);
    await Promise.race([this.exited, patience]);
    waiting.abort();
    await this.kill();
  }

  #keepLog(stream: Readable | null): void {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      this.#log.append(text);
    });
  }

  #watchEnd(): Promise<void> {
    return new Promise((resolve) => {
      // After `close` the whole log has been read; after `error` there was never a process.
      this.#process.once('close', (code, signal) => {
        if (!this.#isEnding) this.onDeath(this.#died(signal ?? `exit code ${String(code)}`));
        resolve();
      });
      this.#process.once('error', (error) => {
        if (!this.#isEnding) this.onDeath(this.#died(error.message));
        resolve();
      });
    });
  }

  #died(how: string): ChildDied {
    const lines = this.#log.lines.map((line) => `  ${line}`).join('\n');
    return new ChildDied(`${this.spec.name} ended unexpectedly (${how}); its last lines:\n${lines || '  (none)'}`);
  }
}

/** The user's own settings of Weir must not bend the experiment. */
function inheritedEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('WEIR_')));
}
