import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const TIMEOUT_MS = 300_000;

/** Installs Debian packages with what they need and no more, from fresh lists; takes root. Waits for others that install. */
export async function aptInstall(packages: readonly string[], options: readonly string[] = []): Promise<void> {
  await aptGet('update');
  const patient = ['-o', 'DPkg::Lock::Timeout=120', ...options];
  await aptGet(...patient, 'install', '--yes', '--no-install-recommends', ...packages);
}

async function aptGet(...args: readonly string[]): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', args, { timeout: TIMEOUT_MS, killSignal: 'SIGKILL', env });
}

export function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Where `apt-get` and `dpkg` say the reason. */
export function lastLineOf(error: unknown): string {
  const text = error instanceof Error && 'stderr' in error && error.stderr !== '' ? error.stderr : error;
  return String(text).trim().split('\n').at(-1) ?? '';
}
