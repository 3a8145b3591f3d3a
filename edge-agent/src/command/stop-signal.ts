import type { Logger } from '../logger.js';

const STOP_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGUSR2'] as const;
type StopSignal = (typeof STOP_SIGNALS)[number];

/** Resolves with the first signal to stop. A second one ends the process at once. */
export function stopSignal(logger: Logger): Promise<StopSignal> {
  return new Promise((resolve) => {
    let isStopping = false;
    const stop = (signal: StopSignal) => {
      if (isStopping) {
        logger.warn('left at once; what was under way is left undone', { signal });
        process.exit(1);
      }
      isStopping = true;
      logger.info('stopping', { signal });
      resolve(signal);
    };
    for (const signal of STOP_SIGNALS)
      process.on(signal, () => {
        stop(signal);
      });
  });
}
