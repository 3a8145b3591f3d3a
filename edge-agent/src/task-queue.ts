/** One task after the other, whatever becomes of each. */
export class TaskQueue {
  #last: Promise<unknown> = Promise.resolve();

  /** Settles as the task does, once those before it have ended. */
  run<Result>(task: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(task);
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** Resolves once all that were asked for so far have ended. */
  async drained(): Promise<void> {
    await this.#last;
  }
}
