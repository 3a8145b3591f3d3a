import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { basename, delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { exists, lastLineOf } from './apt-get.js';
import type { RealPart } from './real-part.js';

const run = promisify(execFile);
const commandTimeoutMs = 180_000;

/** Inside the checkout: a directory in /tmp that everyone can foresee is no place to start programs from. */
const cacheDirectory = join(import.meta.dirname, '../../node_modules/.cache/weir-debian-packages');

/**
 * A program of a Debian package: the machine's own where it is on the PATH, else one unpacked into this checkout's cache.
 * Nothing is installed and root is not needed, so that no test leaves a service behind on anybody's machine.
 * @param file where the package keeps the program, for example `usr/bin/prometheus`
 */
export async function debianProgram(packageName: string, file: string): Promise<RealPart> {
  const installed = await onPath(basename(file));
  if (installed !== undefined) return { available: true, program: installed };
  const unpacked = join(cacheDirectory, packageName);
  const program = join(unpacked, file);
  try {
    if (!(await exists(program))) await unpack(packageName, unpacked);
    if (!(await exists(program))) return { available: false, reason: `Debian's ${packageName} has no ${file}` };
    return { available: true, program };
  } catch (error) {
    return { available: false, reason: `Debian's ${packageName} cannot be had: ${lastLineOf(error)}` };
  }
}

/** Downloads and unpacks beside the target, then renames: a half-unpacked package is never seen, and of two runs one wins. */
async function unpack(packageName: string, target: string): Promise<void> {
  await mkdir(cacheDirectory, { recursive: true });
  const workplace = await mkdtemp(join(cacheDirectory, 'unpacking-'));
  try {
    await download(packageName, workplace);
    const archive = (await readdir(workplace)).find((name) => name.endsWith('.deb'));
    if (archive === undefined) throw new Error('apt-get download left no archive');
    const tree = join(workplace, 'tree');
    await command('dpkg', ['-x', archive, tree], workplace);
    await rename(tree, target).catch(async (error: unknown) => {
      if (!(await exists(target))) throw error;
    });
  } finally {
    await rm(workplace, { recursive: true, force: true });
  }
}

async function download(packageName: string, workplace: string): Promise<void> {
  try {
    await command('apt-get', ['download', packageName], workplace);
  } catch {
    // No package lists, as in most container images, or outdated ones. Fresh lists of our own need no root.
    const lists = join(workplace, 'lists');
    await mkdir(lists);
    const options = ['-o', `Dir::State::Lists=${lists}`, '-o', `Dir::Cache=${join(workplace, 'cache')}`];
    await command('apt-get', [...options, '-o', 'APT::Sandbox::User=', 'update'], workplace);
    await command('apt-get', [...options, 'download', packageName], workplace);
  }
}

async function command(program: string, args: readonly string[], directory: string): Promise<void> {
  await run(program, args, { cwd: directory, timeout: commandTimeoutMs, killSignal: 'SIGKILL' });
}

async function onPath(program: string): Promise<string | undefined> {
  for (const directory of (process.env['PATH'] ?? '').split(delimiter).filter((entry) => entry !== '')) {
    const candidate = join(directory, program);
    if (await exists(candidate)) return candidate;
  }
  return undefined;
}
