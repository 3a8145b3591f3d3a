import { execFile } from 'node:child_process';
import { access, mkdtemp, readdir, rename, rm, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** A program of Debian packages with whatever else they brought. */
export interface UnpackedProgram {
  readonly program: string;
  /** Directory that holds the packages' files, as their root. */
  readonly root: string;
  readonly environment: Readonly<Record<string, string>>;
}

const run = promisify(execFile);
const TIMEOUT_MS = 180_000;
const CACHE = fileURLToPath(new URL('../../../../node_modules/.cache/weir-benchmark', import.meta.url));

/**
 * The packages and what they depend on, as far as it is not installed, unpacked into this checkout's cache. Nothing is
 * installed, so no service is started on anybody's machine. Rejects where there is no Debian, or no way to its archive.
 */
export async function unpackedProgram(packages: readonly string[], file: string): Promise<UnpackedProgram> {
  const root = join(CACHE, packages.join('+'));
  const program = join(root, file);
  if (!(await exists(program))) await unpack(packages, root);
  const libraries = ['usr/lib/x86_64-linux-gnu', 'usr/lib/aarch64-linux-gnu', 'lib/x86_64-linux-gnu'];
  return { program, root, environment: { LD_LIBRARY_PATH: libraries.map((path) => join(root, path)).join(':') } };
}

/** Beside the target, then renamed: half a package is never used. */
async function unpack(packages: readonly string[], root: string): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  const workplace = await mkdtemp(join(CACHE, 'unpacking-'));
  try {
    await download(packages, workplace);
    const archives = (await readdir(join(workplace, 'archives'))).filter((name) => name.endsWith('.deb'));
    for (const archive of archives)
      await command('dpkg', ['-x', join(workplace, 'archives', archive), join(workplace, 'tree')]);
    await rename(join(workplace, 'tree'), root);
  } finally {
    await rm(workplace, { recursive: true, force: true });
  }
}

async function download(packages: readonly string[], workplace: string): Promise<void> {
  await mkdir(join(workplace, 'archives', 'partial'), { recursive: true });
  await mkdir(join(workplace, 'lists', 'partial'), { recursive: true });
  const cache = ['-o', `Dir::Cache=${workplace}`, '-o', 'Debug::NoLocking=1', '-o', 'APT::Sandbox::User='];
  const get = ['install', '--download-only', '--yes', '--no-install-recommends', ...packages];
  try {
    await command('apt-get', [...cache, ...get]);
  } catch {
    // No package lists, as in most container images, or outdated ones.
    const lists = [...cache, '-o', `Dir::State::Lists=${join(workplace, 'lists')}`];
    await command('apt-get', [...lists, 'update']);
    await command('apt-get', [...lists, ...get]);
  }
}

async function command(program: string, args: readonly string[]): Promise<void> {
  await run(program, args, { timeout: TIMEOUT_MS, killSignal: 'SIGKILL', maxBuffer: 2 ** 24 });
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
