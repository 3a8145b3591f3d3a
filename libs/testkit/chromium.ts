import { aptInstall, exists, lastLineOf } from './apt-get.js';
import type { RealPart } from './real-part.js';

const PROGRAM = '/usr/bin/chromium';

/** Debian's Chromium. Installed with all it needs where it is missing and may; the answer may then take a minute. */
export async function findChromium(): Promise<RealPart> {
  if (await exists(PROGRAM)) return { available: true, program: PROGRAM };
  if (process.getuid?.() !== 0)
    return { available: false, reason: 'Chromium is missing, and to install it takes root' };
  try {
    await aptInstall(['chromium']);
  } catch (error) {
    return { available: false, reason: `Debian's chromium cannot be installed: ${lastLineOf(error)}` };
  }
  if (await exists(PROGRAM)) return { available: true, program: PROGRAM };
  return { available: false, reason: `Debian's chromium has no ${PROGRAM}` };
}
