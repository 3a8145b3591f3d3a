import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** How much a test goes into: briefly in `npm test`, at length where its own script runs it. See vitest.config.ts. */
    thoroughness: 'short' | 'long';
  }
}

export const isLong = inject('thoroughness') === 'long';
