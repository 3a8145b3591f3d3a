import type { Problem } from '../problem.js';

/** Counts what is open against a limit, over all services: what one takes, the others cannot have. */
export class Admission {
  #open = 0;
  #refused = 0;

  constructor(
    private readonly most: number,
    private readonly unit: string,
  ) {}

  /** Whether one more may come; it must then be given back by `leave`. */
  enter(): boolean {
    if (this.#open >= this.most) {
      this.#refused += 1;
      return false;
    }
    this.#open += 1;
    return true;
  }

  leave(): void {
    this.#open -= 1;
  }

  /** How many were refused since this was last asked, if any. */
  takeProblem(): Problem | null {
    const refused = this.#refused;
    this.#refused = 0;
    if (refused === 0) return null;
    return {
      code: 'forwarder-full',
      message: `the userspace forwarder holds at most ${this.most} ${this.unit} and refused some; use the IPVS data plane, or more edges`,
    };
  }
}
