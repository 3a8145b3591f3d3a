import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBareChecker, startChecker } from '../edge/contenders.js';
import { startEndpoints } from '../edge/idle-world.js';
import { usageOf } from '../edge/process-usage.js';

/** A program with as many endpoints to look after and no client: HAProxy, or Node.js that only connects and parts. */
export interface IdleCheckerFigures {
  readonly probesPerSecond: number;
  /** Of one core. */
  readonly cpuPercent: number;
  readonly residentMiB: number;
}

const INTERVAL_SECONDS = 2;
const SETTLE_MS = 10_000;
const WINDOW_MS = 45_000;

const [program = 'haproxy', endpoints = '1000'] = process.argv.slice(2);
process.stdout.write(`${JSON.stringify(await measure(Number(endpoints)))}\n`);

async function measure(count: number): Promise<IdleCheckerFigures> {
  const world = await startEndpoints(count);
  const directory = await mkdtemp(join(tmpdir(), 'weir-bench-'));
  try {
    const checker =
      program === 'haproxy'
        ? await startChecker(directory, world.ports, INTERVAL_SECONDS)
        : await startBareChecker(world.ports, INTERVAL_SECONDS);
    await pause(SETTLE_MS);
    const before = await usageOf(checker.pid);
    const startedMs = performance.now();
    await pause(WINDOW_MS);
    const after = await usageOf(checker.pid);
    const seconds = (performance.now() - startedMs) / 1_000;
    await checker.stop();
    return {
      probesPerSecond: count / INTERVAL_SECONDS,
      cpuPercent: (100 * (after.cpuSeconds - before.cpuSeconds)) / seconds,
      residentMiB: after.residentMiB,
    };
  } finally {
    world.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
