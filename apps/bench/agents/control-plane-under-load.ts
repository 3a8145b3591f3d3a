import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const ADMIN_TOKEN = `weir_0123456789_${'b'.repeat(43)}`;

/** The built control plane in a process of its own, on its embedded database. */
export class ControlPlaneUnderLoad {
  readonly token = ADMIN_TOKEN;
  /** When each generation was announced, by the clock of this machine. */
  readonly announcedAtMs = new Map<number, number>();
  url = '';
  #child: ChildProcess | null = null;

  private constructor(
    private readonly program: string,
    private readonly directory: string,
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  /** `program` is the built control plane. */
  static async start(program: string, environment: Readonly<Record<string, string>>): Promise<ControlPlaneUnderLoad> {
    const directory = await mkdtemp(join(tmpdir(), 'weir-load-'));
    await writeFile(join(directory, 'admin-token'), ADMIN_TOKEN);
    const controlPlane = new ControlPlaneUnderLoad(program, directory, environment);
    await controlPlane.start();
    return controlPlane;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** On the port it had before, where it ran before. Resolves when it listens. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [this.program], {
      env: {
        PATH: process.env['PATH'],
        WEIR_PORT: this.url === '' ? '0' : new URL(this.url).port,
        WEIR_DATA_DIRECTORY: this.directory,
        WEIR_ADMIN_TOKEN_FILE: join(this.directory, 'admin-token'),
        ...this.environment,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#child = child;
    this.url = await this.#listening(child);
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    child.kill('SIGKILL');
    await once(child, 'close');
    this.#child = null;
  }

  async remove(): Promise<void> {
    await this.kill();
    await rm(this.directory, { recursive: true, force: true });
  }

  async send(method: 'PUT' | 'POST' | 'PATCH' | 'GET', path: string, body?: object): Promise<unknown> {
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    const answer = await fetch(this.url + path, {
      method,
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, ...(body !== undefined && { 'content-type': type }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (answer.ok) return answer.json();
    throw new Error(`${method} ${path} was answered ${answer.status}: ${await answer.text()}`);
  }

  #listening(child: ChildProcess): Promise<string> {
    return new Promise((resolve, reject) => {
      child.once('close', () => {
        reject(new Error('the control plane ended before it listened'));
      });
      if (child.stdout === null) return;
      createInterface({ input: child.stdout }).on('line', (line) => {
        const url = /listening on (http:\/\/[\d.:]+)/.exec(line)?.[1];
        if (url !== undefined) resolve(url);
        const generation = /published generation (\d+)/.exec(line)?.[1];
        // The log knows when; this process may read it late.
        const atMs = Number(/"timestamp":(\d+)/.exec(line)?.[1]);
        if (generation !== undefined) this.announcedAtMs.set(Number(generation), atMs);
      });
    });
  }
}
