import { parseArgs } from 'node:util';
import { messageOf } from '../problem.js';

/** What `weir-edge` is asked to do. */
export type Command =
  | { readonly kind: 'help' | 'version' }
  | { readonly kind: Mode; readonly settingsFile: string | null }
  | { readonly kind: 'misuse'; readonly message: string };

const MODES = ['check-config', 'once', 'dry-run', 'watchdog'] as const;
type Mode = 'run' | (typeof MODES)[number];

export const USAGE = `Usage: weir-edge [--config FILE] [--check-config | --once | --dry-run | --watchdog]

Forwards users' connections at one edge, as its Weir control plane says, and without it as it said last.

  --config FILE    read settings from FILE, one NAME=value a line; the environment's own variables count more
  --check-config   say what is wrong with the settings and the stored configuration; change nothing
  --once           bring the kernel to the newest configuration once, say what was done, and end
  --dry-run        print what --once would do; change nothing
  --watchdog       the small process beside the agent that withdraws the anycast announcement when the agent is dead
  --version        print the version
  --help           print this

Without any of these it runs until SIGTERM, which drains; SIGHUP reads the settings again.
Exit code: 0 when all went well, 1 when something failed, 2 when the settings or the command line are wrong.
Settings: docs/configuration.md
`;

export function parseCommandLine(args: readonly string[]): Command {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        config: { type: 'string' },
        'check-config': { type: 'boolean' },
        once: { type: 'boolean' },
        'dry-run': { type: 'boolean' },
        watchdog: { type: 'boolean' },
        version: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help === true) return { kind: 'help' };
    if (values.version === true) return { kind: 'version' };
    const chosen = MODES.filter((mode) => values[mode] === true);
    const named = chosen.map((mode) => `--${mode}`).join(' and ');
    if (chosen.length > 1) return { kind: 'misuse', message: `${named} cannot be had together` };
    return { kind: chosen[0] ?? 'run', settingsFile: values.config ?? null };
  } catch (error) {
    return { kind: 'misuse', message: messageOf(error) };
  }
}
