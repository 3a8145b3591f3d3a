import { Child, type ChildDied, type ChildSpec } from './child.js';

/** All processes the demo started; none of them outlives it. */
export class Children {
  readonly #running = new Set<Child>();
  #isStopping = false;

  constructor(private readonly onDeath: (error: ChildDied) => void) {
    // The last resort, for an end that nobody foresaw. Nothing asynchronous happens any more then.
    process.once('exit', () => {
      for (const child of this.#running) child.killNow();
    });
  }

  /** Throws once they are being stopped: what began then would be left behind. */
  start(spec: ChildSpec): Child {
    if (this.#isStopping) throw new Error(`${spec.name} is not started: the run is over`);
    const child = new Child(spec, this.onDeath);
    this.#running.add(child);
    void child.exited.then(() => this.#running.delete(child));
    return child;
  }

  /** Resolves when none is left. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await Promise.all([...this.#running].map((child) => child.stop()));
  }
}
