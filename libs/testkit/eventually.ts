const pollIntervalMs = 50;

/** Long enough for a machine that has much else to do: who waits for what comes to pass loses nothing by it. */
const PATIENCE_MS = 60_000;

/**
 * Runs an assertion again and again until it holds; answers what it answers. Rejects with its last failure once `timeoutMs`
 * have passed. For conditions another process brings about: where time can be turned by hand, turn it.
 */
export async function eventually<T>(assertion: () => Promise<T> | T, timeoutMs = PATIENCE_MS): Promise<T> {
  const deadlineMs = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await assertion();
    } catch (failure) {
      if (performance.now() >= deadlineMs) throw failure;
    }
    await new Promise((resolve) => setTimeout(resolve, pollIntervalMs));
  }
}
