import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { RealPart } from './real-part.js';

const run = promisify(execFile);
const PROGRAM = '/usr/bin/chromium';
const INSTALL_TIMEOUT_MS = 300_000;

/** Debian's Chromium. Installed with all it needs where it is missing and may; the answer may then take a minute. */
export async function findChromium(): Promise<RealPart> {
  if (await exists(PROGRAM)) return { available: true, program: PROGRAM };
  if (process.getuid?.() !== 0)
    return { available: false, reason: 'Chromium is missing, and to install it takes root' };
  try {
    await aptGet('update');
    await aptGet('-o', 'DPkg::Lock::Timeout=120', 'install', '--yes', '--no-install-recommends', 'chromium');
  } catch (error) {
    return { available: false, reason: `Debian's chromium cannot be installed: ${lastLine(error)}` };
  }
  if (await exists(PROGRAM)) return { available: true, program: PROGRAM };
  return { available: false, reason: `Debian's chromium has no ${PROGRAM}` };
}

async function aptGet(...args: readonly string[]): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', args, { timeout: INSTALL_TIMEOUT_MS, killSignal: 'SIGKILL', env });
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function lastLine(error: unknown): string {
  const text = error instanceof Error && 'stderr' in error && error.stderr !== '' ? error.stderr : error;
  return String(text).trim().split('\n').at(-1) ?? '';
}
