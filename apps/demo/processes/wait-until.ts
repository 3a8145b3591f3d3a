import { setTimeout as sleep } from 'node:timers/promises';

export interface Patience {
  readonly timeoutMs: number;
  readonly intervalMs: number;
  readonly signal: AbortSignal;
}

/**
 * Asks again and again until `check` is true; a check that rejects is not true yet. Rejects with what was waited for when
 * the time is over, and when `signal` aborts.
 */
export async function waitUntil(claim: string, check: () => Promise<boolean>, patience: Patience): Promise<void> {
  const { timeoutMs, intervalMs, signal } = patience;
  const deadlineMs = performance.now() + timeoutMs;
  while (!(await check().catch(() => false))) {
    if (performance.now() > deadlineMs) throw new Error(`waited ${timeoutMs / 1000} s in vain: ${claim}`);
    await sleep(intervalMs, undefined, { signal });
  }
}
