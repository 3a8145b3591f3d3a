#!/usr/bin/env -S node --max-semi-space-size=1 --initial-old-space-size=24 --heap-growing-percent=40 --single-threaded-gc
import { VERSION } from '#version/version.js';
import { checkConfigurationMode, runMode, syncOnceMode, watchdogMode } from './command/modes.js';
import { parseCommandLine, USAGE, type Command } from './command/command-line.js';

/*
 * The first line keeps the heap small: V8 would let that of an idle process grow by tens of MiB before it collects, and the
 * agent shares its machine. --optimize-for-size keeps it a little smaller, but has each collection throw the compiled code
 * of the probes away, since at that moment no socket is open that it was made for: a fifth of an idle agent's work was to
 * compile it anew. Flags of the heap count only when they stand before the program.
 *
 * The edge agent, one on each edge:
 *
 *     command line   what is asked for                                                   command/command-line.ts
 *     settings       file and environment -> one validated object                        settings.ts
 *     daemon         signals, and signs of life for the service manager                  command/run-daemon.ts
 *     construct      the adapters and the loops around them                              edge-agent.ts
 *     start          stored configuration -> data plane; then status, poll, reports
 *     run            when the loop turns                                                 agent.ts
 *     one turn       configuration + local health -> desired; actual; reconcile; apply   steering.ts
 *     stop           on SIGTERM or SIGINT: announcement, poll, probes, last report, data plane, status
 *     leave          on SIGUSR2, to be started again at once: as stop, but the announcement stays
 */

process.exit(await carryOut(parseCommandLine(process.argv.slice(2))));

/** Answers the exit code. */
async function carryOut(command: Command): Promise<number> {
  switch (command.kind) {
    case 'help':
      process.stdout.write(USAGE);
      return 0;
    case 'version':
      process.stdout.write(`weir-edge ${VERSION}\n`);
      return 0;
    case 'misuse':
      process.stderr.write(`${command.message}\n\n${USAGE}`);
      return 2;
    case 'run':
      return runMode(command.settingsFile);
    case 'check-config':
      return checkConfigurationMode(command.settingsFile);
    case 'once':
      return syncOnceMode(command.settingsFile, { isDryRun: false });
    case 'dry-run':
      return syncOnceMode(command.settingsFile, { isDryRun: true });
    case 'watchdog':
      return watchdogMode(command.settingsFile);
  }
}
