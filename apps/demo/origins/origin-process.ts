import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Reading } from '../experiment/meter.js';
import type { Child, ChildSpec } from '../processes/child.js';

export interface OriginSpec {
  readonly name: string;
  readonly port: number;
  readonly delayMs: number;
}

export type StartChild = (spec: ChildSpec) => Pick<Child, 'kill' | 'exited'>;

const SCRIPT = fileURLToPath(new URL('origin-main.js', import.meta.url));

const readingSchema = z.object({ served: z.number(), atMs: z.number() });

/** An origin that can be killed and brought back. Its count goes on over all its lives. */
export class OriginProcess {
  #child: Pick<Child, 'kill'> | null = null;
  #servedBefore = 0;
  #latest: Reading | null = null;
  #queue: Promise<void> = Promise.resolve();

  constructor(
    private readonly spec: OriginSpec,
    private readonly startChild: StartChild,
  ) {}

  get isUp(): boolean {
    return this.#child !== null;
  }

  /** Resolves when it serves, rejects when it ended before. Does nothing when it is up. */
  start(): Promise<void> {
    return this.#enqueue(() => this.#start());
  }

  /** Kills the process: its socket and all its connections are gone. Does nothing when it is down. */
  kill(): Promise<void> {
    return this.#enqueue(() => this.#kill());
  }

  /** The newest count. While it is down, the count stands still. */
  read(): Reading {
    const { served, atMs } = this.#latest ?? { served: 0, atMs: performance.timeOrigin + performance.now() };
    return { served: this.#servedBefore + served, atMs };
  }

  /** One after the other: a key pressed twice must not kill what is still starting. */
  #enqueue(task: () => Promise<void>): Promise<void> {
    const result = this.#queue.then(task);
    this.#queue = result.catch(() => undefined);
    return result;
  }

  async #start(): Promise<void> {
    if (this.#child !== null) return;
    const { name, port, delayMs } = this.spec;
    await new Promise<void>((resolve, reject) => {
      const child = this.startChild({
        name: `the origin ${name}`,
        script: SCRIPT,
        arguments: [name, String(port), String(delayMs)],
        onMessage: (message) => {
          this.#latest = readingSchema.parse(message);
          resolve();
        },
      });
      this.#child = child;
      void child.exited.then(() => {
        reject(new Error(`the origin ${name} ended before it served`));
      });
    });
  }

  async #kill(): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    this.#child = null;
    await child.kill();
    this.#servedBefore += this.#latest?.served ?? 0;
    this.#latest = null;
  }
}
