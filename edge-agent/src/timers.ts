/** What wakes the agent later; tests turn it by hand. */
export interface Timers {
  /** Runs `task` once, `delayMs` from now; the answer takes it back. */
  after(delayMs: number, task: () => void): () => void;
}

export const systemTimers: Timers = {
  after: (delayMs, task) => {
    const timer = setTimeout(task, delayMs);
    return () => {
      clearTimeout(timer);
    };
  },
};
