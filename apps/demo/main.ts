import type { Row } from './experiment/row.js';
import { runExperiment } from './experiment/run-experiment.js';
import { judgeRun } from './experiment/verdict.js';
import { type DemoOptions, HELP, readOptions, UsageError } from './options.js';
import { writeResults } from './results/write-results.js';
import { asError, Interrupted, RunControl } from './run-control.js';
import { type KeyActions, watchKeys } from './terminal/keys.js';
import { createLiveView, type LiveView } from './terminal/live-view.js';
import { renderVerdict } from './terminal/render-verdict.js';
import { withWorld, type World } from './world.js';

const EXIT = { shown: 0, notShown: 1, usage: 2, interrupted: 130 };

try {
  const options = readOptions(process.argv.slice(2));
  if (options === null) process.stdout.write(HELP);
  else process.exitCode = await runDemo(options);
} catch (error) {
  process.stderr.write(`${error instanceof UsageError ? `${error.message}; see --help` : asError(error).message}\n`);
  process.exitCode = error instanceof UsageError ? EXIT.usage : EXIT.notShown;
}

/** Plays the experiment, cleans up, writes and judges what was measured. Answers the exit code. */
async function runDemo(options: DemoOptions): Promise<number> {
  const { cycles, cycleSeconds } = options.timeline;
  const view = createLiveView(process.stdout, cycles);
  view.tell(`Weir's founding experiment. Cycles take ${cycleSeconds} s here instead of 15 s.`);
  const rows: Row[] = [];
  const conclusion: { exitCode: number | null } = { exitCode: null };
  const failure = await playExperiment(options, rows, view, async () => {
    conclusion.exitCode = await conclude(rows, options, view);
  });
  if (failure !== null && !(failure instanceof Interrupted)) throw failure;
  if (conclusion.exitCode !== null) return conclusion.exitCode;
  if (failure !== null) view.tell(failure.message);
  if (rows.length > 0) await conclude(rows, options, view);
  return EXIT.interrupted;
}

/** Judges what was measured and writes it down. Answers the exit code. */
async function conclude(rows: readonly Row[], options: DemoOptions, view: LiveView): Promise<number> {
  const findings = judgeRun(rows);
  view.tell(`\n${renderVerdict(findings)}\n`);
  const files = await writeResults(rows, options.timeline.cycleSeconds, options.outputDirectory);
  for (const file of files) view.tell(`wrote ${file}`);
  return findings.every(({ isShown }) => isShown) ? EXIT.shown : EXIT.notShown;
}

/** Fills `rows`, and leaves nothing running. Answers why it ended early, or `null`. */
async function playExperiment(
  { timeline, isKeptRunning }: DemoOptions,
  rows: Row[],
  view: LiveView,
  ended: () => Promise<void>,
): Promise<Error | null> {
  const run = new RunControl();
  const tell = (progress: string): void => {
    view.tell(progress);
  };
  try {
    await withWorld({ cycleSeconds: timeline.cycleSeconds, run, tell }, async (world) => {
      const forgetKeys = watchKeys(process.stdin, keyActions(world, run));
      try {
        for await (const row of runExperiment(world, timeline, run.signal)) {
          rows.push(row);
          view.show(rows);
        }
        await ended();
        if (isKeptRunning) {
          view.tell(`going on, with the console at ${world.url}/, until q or Ctrl-C`);
          await untilEnded(run.signal);
        }
      } finally {
        forgetKeys();
      }
    });
    return null;
  } catch (error) {
    return run.reasonFor(error);
  } finally {
    view.end();
  }
}

function untilEnded(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener(
      'abort',
      () => {
        resolve();
      },
      { once: true },
    );
  });
}

function keyActions({ near }: World, run: RunControl): KeyActions {
  return {
    toggleNear: () => {
      (near.isUp ? near.kill() : near.start()).catch((error: unknown) => {
        run.fail(asError(error));
      });
    },
    end: () => {
      run.interrupt();
    },
  };
}
