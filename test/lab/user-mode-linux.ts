import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { statfs } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { inNamespace } from './network.js';

export interface MachineOptions {
  /** The namespace that holds the taps. */
  readonly namespace: string;
  /** Become vec0, vec1, … in the guest. */
  readonly taps: readonly string[];
  /**
   * The script that runs as process 1: prints "lab: ready", answers each line it reads by "lab: <key> <value>",
   * ignores empty lines, and powers off on the line "stop" or when its input ends.
   */
  readonly initProgram: string;
  /** For the files of user-mode Linux itself. */
  readonly stateDirectory: string;
}

/** A machine that must share its processor with a busy host is none that anybody would forward with. Without the right to it, as usual. */
const NICENESS = -15;
const memoryMb = 512;
const bootTimeoutMs = 120_000;
const consoleTailLines = 40;
const powerOffTimeoutMs = 10_000;
const nudgeIntervalMs = 100;

/** Boots a machine; resolves when its init program is ready, rejects with the console's tail when that fails. */
export async function bootUserModeLinux(options: MachineOptions): Promise<UserModeLinux> {
  const machine = new UserModeLinux(startKernel(options, await memoryDirectory(options)));
  try {
    await machine.waitForLine('ready', bootTimeoutMs);
    return machine;
  } catch (error) {
    machine.kill();
    throw error;
  }
}

/** A running machine. Its console carries lines "lab: <key> <value>", by which the init program answers. */
export class UserModeLinux {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #exited: Promise<unknown>;
  readonly #consoleLines: string[] = [];
  readonly #waiting = new Map<string, (value: string) => void>();

  constructor(kernel: ChildProcessWithoutNullStreams) {
    this.#process = kernel;
    // An 'error' (the program is missing) never comes with an 'exit'; both mean that nothing runs any more.
    this.#exited = once(kernel, 'exit').catch((error: unknown) => this.#consoleLines.push(String(error)));
    kernel.stdin.on('error', () => undefined);
    for (const stream of [kernel.stdout, kernel.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        this.#readLine(line.trimEnd());
      });
    }
  }

  get consoleTail(): string {
    return this.#consoleLines.join('\n');
  }

  /** The value of the next console line "lab: <key> <value>". */
  async waitForLine(key: string, timeoutMs: number): Promise<string> {
    const abort = new AbortController();
    const answer = new Promise<string>((resolve) => this.#waiting.set(key, resolve));
    const failure = Promise.race([
      this.#exited.then(() => 'the machine ended'),
      delay(timeoutMs, `no answer within ${timeoutMs} ms`, { signal: abort.signal }),
    ]).then((reason) => Promise.reject(this.#failure(key, reason)));
    try {
      return await Promise.race([answer, failure]);
    } finally {
      failure.catch(() => undefined);
      abort.abort();
      this.#waiting.delete(key);
    }
  }

  /** Writes a line to the init program and waits for its answer, the value of "lab: <key> <value>". */
  async ask(line: string, key: string, timeoutMs: number): Promise<string> {
    const stopNudging = this.#writeInsistently(line);
    try {
      return await this.waitForLine(key, timeoutMs);
    } finally {
      stopNudging();
    }
  }

  /** Powers the machine off; kills it when it does not follow. Safe to call twice. */
  async stop(): Promise<void> {
    const stopNudging = this.#writeInsistently('stop');
    const killer = setTimeout(() => {
      this.kill();
    }, powerOffTimeoutMs);
    await this.#exited;
    clearTimeout(killer);
    stopNudging();
    // Its processes on the host may outlive the kernel itself.
    this.kill();
  }

  /** Kills the kernel and the processes it keeps on the host for its own processes: they share one process group. */
  kill(): void {
    const { pid } = this.#process;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // Nothing is left of the group.
    }
  }

  /**
   * Under load the guest now and then misses that its console has input, and sees it only when more comes: an empty
   * line follows until the answer is there.
   */
  #writeInsistently(line: string): () => void {
    this.#process.stdin.write(`${line}\n`);
    const nudging = setInterval(() => this.#process.stdin.write('\n'), nudgeIntervalMs);
    return () => {
      clearInterval(nudging);
    };
  }

  #readLine(line: string): void {
    this.#consoleLines.push(line);
    if (this.#consoleLines.length > consoleTailLines) this.#consoleLines.shift();
    const [, key = '', value = ''] = /^lab: (\S+) ?(.*)$/.exec(line) ?? [];
    this.#waiting.get(key)?.(value);
  }

  #failure(key: string, reason: string): Error {
    return new Error(`user-mode Linux, waiting for "${key}": ${reason}. The end of its console:\n${this.consoleTail}`);
  }
}

function startKernel(options: MachineOptions, memory: string): ChildProcessWithoutNullStreams {
  const machine = ['nice', '-n', String(NICENESS), 'linux.uml', ...kernelArguments(options)];
  const [program = '', ...args] = inNamespace(options.namespace, machine);
  return spawn(program, args, { detached: true, stdio: 'pipe', env: { ...process.env, TMPDIR: memory } });
}

/** Where the file that is the machine's memory may lie: a container's /dev/shm is often too small, which kills later. */
async function memoryDirectory({ stateDirectory }: MachineOptions): Promise<string> {
  const isRoomy = await statfs('/dev/shm').then(
    ({ bavail, bsize }) => bavail * bsize > memoryMb * 2 ** 20,
    () => false,
  );
  return isRoomy ? '/dev/shm' : stateDirectory;
}

function kernelArguments({ taps, initProgram, stateDirectory }: MachineOptions): string[] {
  return [
    `mem=${memoryMb}M`,
    ...['root=/dev/root', 'rootfstype=hostfs', 'rootflags=/', 'ro'],
    ...['con=null', 'con0=fd:0,fd:1', 'quiet'],
    ...[`uml_dir=${stateDirectory}`, 'umid=machine'],
    ...taps.map((tap, index) => `vec${index}:transport=tap,ifname=${tap},depth=128`),
    // What stands after the dashes is passed to init; a script named there needs no executable bit.
    ...['init=/bin/bash', '--', initProgram],
  ];
}
