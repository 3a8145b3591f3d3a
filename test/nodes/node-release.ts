import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '#testkit/run-program.js';

/** Where releases are kept between runs. */
const CACHE = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'weir-nodes');

/** Path of the newest Node of a major version; npm has each, built for this machine, as a package without scripts. */
export async function nodeRelease(major: number): Promise<string> {
  const directory = join(CACHE, String(major));
  await mkdir(directory, { recursive: true });
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const args = ['install', '--prefix', directory, '--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  const { exitCode, stderr } = await runProgram('npm', [...args, `${name}@${major}`], {
    cwd: directory,
    timeoutMs: 300_000,
  });
  if (exitCode !== 0) throw new Error(`npm has no ${name}@${major}:\n${stderr}`);
  return join(directory, 'node_modules', name, 'bin', 'node');
}
