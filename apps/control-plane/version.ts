import { readFileSync } from 'node:fs';

/** The nearest package.json above the sources as well as above the build. */
const PLACES = ['../../package.json', '../../../package.json'];

/** The product's version; package.json is the one place that has it. */
export const VERSION = readVersion();

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
