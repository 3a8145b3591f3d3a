import { describe, it } from 'vitest';

/** A program that tests run against, if this machine has it or can get it. */
export type RealPart =
  { readonly available: true; readonly program: string } | { readonly available: false; readonly reason: string };

/**
 * A suite against a real program. Without the program it is skipped, with the reason in its name; in continuous integration,
 * where nobody reads the list of skipped tests, it fails.
 */
export function describeWith(name: string, part: RealPart, suite: (program: string) => void): void {
  if (part.available) {
    describe(name, () => {
      suite(part.program);
    });
    return;
  }
  const { reason } = part;
  const isContinuousIntegration = (process.env['CI'] ?? '') !== '';
  // The usual reporter only counts skipped tests.
  process.stderr.write(`${name} is not tested: ${reason}\n`);
  describe(name, () => {
    it.skipIf(!isContinuousIntegration)(`has what it runs against (${reason})`, () => {
      throw new Error(reason);
    });
  });
}
