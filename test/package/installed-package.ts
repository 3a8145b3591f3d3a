import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ProgramRun, runProgram } from '#testkit/run-program.js';

/** The repository's root. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const QUIET = ['--no-audit', '--no-fund', '--loglevel=error'];
const LONGEST_MS = 600_000;

/** The package as somebody else has it: packed, then installed into a directory that holds nothing else. */
export interface InstalledPackage {
  /** Where it is installed; programs are run there. */
  readonly directory: string;
  /** What the packed file holds. */
  readonly files: readonly string[];
  /** Runs one of its programs as a shell would, with nothing of this process's surroundings but Node. */
  run(program: string, args: readonly string[]): Promise<ProgramRun>;
  remove(): Promise<void>;
}

export async function installPackage(): Promise<InstalledPackage> {
  const directory = await mkdtemp(join(tmpdir(), 'weir-package-'));
  const remove = () => rm(directory, { recursive: true, force: true });
  try {
    const pack = ['pack', '--json', '--foreground-scripts=false', '--pack-destination', directory, ...QUIET];
    const [{ filename, files }] = JSON.parse(await npm(pack, ROOT)) as [PackReport];
    // What the lock file has is in npm's cache already.
    const install = ['install', '--prefer-offline', '--ignore-scripts', '--prefix', directory, ...QUIET];
    await npm([...install, join(directory, filename)], directory);
    const PATH = [join(directory, 'node_modules/.bin'), dirname(process.execPath), '/usr/bin', '/bin'].join(':');
    const environment = { PATH, HOME: directory };
    return {
      directory,
      files: files.map(({ path }) => path),
      run: (program, args) => runProgram(program, args, { cwd: directory, environment, timeoutMs: 240_000 }),
      remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** As `npm pack --json` tells it. */
interface PackReport {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

async function npm(args: readonly string[], cwd: string): Promise<string> {
  const { exitCode, stdout, stderr } = await runProgram('npm', args, { cwd, timeoutMs: LONGEST_MS });
  if (exitCode !== 0) throw new Error(`npm ${args.join(' ')} ended with ${exitCode}:\n${stderr}`);
  return stdout;
}
