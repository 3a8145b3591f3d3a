import { CommanderError } from 'commander';
import { EXIT, type ExitCode } from './exit-codes.js';
import { describeFailure } from './failure.js';
import { remark, type Terminal } from './output/terminal.js';
import { createProgram } from './program.js';

/** Runs one command line; answers its exit code. */
export async function run(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.done;
  const program = createProgram({ terminal, exitWith: (code) => (exitCode = code) });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    // Commander has said what is wrong with the command line; help and version come here too, with exit code 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    const failure = describeFailure(error);
    for (const line of failure.lines) remark(terminal, line);
    return failure.exitCode;
  }
}
