import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';

/** Of a process with all its threads, its children left out. */
export interface ProcessUsage {
  readonly cpuSeconds: number;
  readonly residentMiB: number;
}

const TICKS_PER_SECOND = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
const USER_TICKS = 11;
const SYSTEM_TICKS = 12;

/** Linux only. */
export async function usageOf(pid: number): Promise<ProcessUsage> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The program's name may hold blanks; it ends with the last parenthesis.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[USER_TICKS]) + Number(fields[SYSTEM_TICKS]);
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const residentKiB = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
  return { cpuSeconds: ticks / TICKS_PER_SECOND, residentMiB: residentKiB / 1_024 };
}
