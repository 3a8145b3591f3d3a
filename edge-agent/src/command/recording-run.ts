import { isListing } from '../ipvs/read-listings.js';
import type { CommandResult, RunCommand } from '../process/run-command.js';

export interface RecordedCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly stdin: string;
}

/** Words of the commands that only look: `ip address show`, `nft list table`, `iptables -S`, `-C`. */
const LOOKING = /^(-S|-C|show|list)$/;

/**
 * Keeps what programs are asked to change, in its order. With `isDryRun` they are not asked: each change is taken to
 * succeed, while what only looks is carried out.
 */
export function recordingRun(
  run: RunCommand,
  { isDryRun }: { readonly isDryRun: boolean },
): { readonly run: RunCommand; readonly changes: readonly RecordedCommand[] } {
  const changes: RecordedCommand[] = [];
  return {
    changes,
    run: (command, args, stdin = '') => {
      if (args.some((word) => LOOKING.test(word)) || isListing(stdin)) return run(command, args, stdin);
      changes.push({ command, args, stdin });
      return isDryRun ? Promise.resolve(SUCCESS) : run(command, args, stdin);
    },
  };
}

const SUCCESS: CommandResult = { exitCode: 0, stdout: '', stderr: '' };

/** As a shell would take it. */
export function renderCommand({ command, args, stdin }: RecordedCommand): string {
  const line = [command, ...args].join(' ');
  return stdin === '' ? `${line}\n` : `${line} <<'END'\n${stdin.trimEnd()}\nEND\n`;
}
