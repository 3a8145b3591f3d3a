import { parseArgs } from 'node:util';
import { QUICK_TIMELINE, STANDARD_TIMELINE, type Timeline } from './experiment/timeline.js';

export interface DemoOptions {
  readonly timeline: Timeline;
  readonly outputDirectory: string;
  /** Goes on with traffic and decisions after the last cycle, for as long as nobody ends it. */
  readonly isKeptRunning: boolean;
}

/** The command line says something unusable. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const HELP = `weir demo [options], or npm run demo -- [options]

Plays Weir's founding experiment on this machine: two edges, a near origin with room for
200 connections a second, a far one 100 ms away, and a demand of 400 a second. Needs
nothing but Node and no privileges.

  --cycles <n>           length of the run in cycles (${STANDARD_TIMELINE.cycles})
  --kill-near-at <n>     cycle before which the near origin is killed (${String(STANDARD_TIMELINE.killNearAt)})
  --revive-near-at <n>   cycle before which it is started again (${String(STANDARD_TIMELINE.reviveNearAt)})
  --no-kill              leave the near origin alone
  --quick                half the time: cycles of ${QUICK_TIMELINE.cycleSeconds} s and ${QUICK_TIMELINE.cycles} of them
  --keep-running         go on after the last cycle, for a look at the web console, until q or Ctrl-C
  --output <directory>   where chart and series are written (./demo-output)
  --help                 this text

In a terminal, k kills the near origin or brings it back, and q or Ctrl-C ends the run.
Ends with 0 when the run showed what it promises, 1 when it did not or failed, 2 for wrong
options, and 130 when it was cut short.
`;

const OPTIONS = {
  cycles: { type: 'string' },
  'kill-near-at': { type: 'string' },
  'revive-near-at': { type: 'string' },
  'no-kill': { type: 'boolean' },
  quick: { type: 'boolean' },
  'keep-running': { type: 'boolean' },
  output: { type: 'string', default: 'demo-output' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** What to do; `null` when help is asked for. Throws a `UsageError`. */
export function readOptions(args: readonly string[]): DemoOptions | null {
  const values = parse(args);
  if (values.help === true) return null;
  const base = values.quick === true ? QUICK_TIMELINE : STANDARD_TIMELINE;
  const timeline: Timeline = {
    ...base,
    cycles: cycleNumber(values.cycles, '--cycles') ?? base.cycles,
    killNearAt: cycleNumber(values['kill-near-at'], '--kill-near-at') ?? base.killNearAt,
    reviveNearAt: cycleNumber(values['revive-near-at'], '--revive-near-at') ?? base.reviveNearAt,
    ...(values['no-kill'] === true ? { killNearAt: null, reviveNearAt: null } : {}),
  };
  refuseRevivalBeforeKill(timeline);
  return { timeline, outputDirectory: values.output, isKeptRunning: values['keep-running'] === true };
}

function parse(args: readonly string[]): ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'] {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function cycleNumber(text: string | undefined, option: string): number | null {
  if (text === undefined) return null;
  if (!/^[1-9]\d{0,4}$/.test(text))
    throw new UsageError(`${option} must be a whole number from 1 to 99999, not "${text}"`);
  return Number(text);
}

function refuseRevivalBeforeKill({ killNearAt, reviveNearAt }: Timeline): void {
  if (killNearAt === null || reviveNearAt === null || killNearAt < reviveNearAt) return;
  throw new UsageError(
    `the near origin cannot come back before cycle ${reviveNearAt} when it is killed before cycle ${killNearAt}`,
  );
}
