import { readFileSync } from 'node:fs';

/** A program in one file has the version inside: there is no package.json beside it. */
declare const __WEIR_VERSION__: string | undefined;

/** The nearest package.json above the sources as well as above the build. */
const PLACES = ['../../package.json', '../../../package.json'];

/** The product's version; package.json is the one place that has it. */
export const VERSION = typeof __WEIR_VERSION__ === 'string' ? __WEIR_VERSION__ : readVersion();

function readVersion(): string {
  for (const place of PLACES) {
    try {
      return (JSON.parse(readFileSync(new URL(place, import.meta.url), 'utf8')) as { version: string }).version;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  throw new Error('package.json is missing');
}
