import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Heap for the inputs of a million arcs, which are objects; what was really used is in the figures. */
const HEAP_MEGABYTES = 8_192;

/** Runs one measurement in a process of its own and answers what it says on its last line. */
export async function runChild<Figures>(program: string, args: readonly string[]): Promise<Figures> {
  const script = fileURLToPath(new URL(`./measure/${program}.js`, import.meta.url));
  const { stdout } = await run(process.execPath, [`--max-old-space-size=${HEAP_MEGABYTES}`, script, ...args], {
    maxBuffer: 2 ** 26,
  });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Figures;
}
