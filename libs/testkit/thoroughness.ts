/** How much a test goes into: briefly in `npm test`, at length where its own script runs it. */
export type Thoroughness = 'short' | 'long';

declare module 'vitest' {
  interface ProvidedContext {
    /** Set for each project in vitest.config.ts. */
    thoroughness: Thoroughness;
  }
}
