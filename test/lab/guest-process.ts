import { join } from 'node:path';
import { quote, type GuestCommands } from './guest-commands.js';

export interface GuestProcessOptions {
  /** Names the log file and, in the guest, the file of the process id. */
  readonly name: string;
  readonly commandLine: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** A long-running process in the guest, such as the edge agent. */
export interface GuestProcess {
  /** On the host; holds standard output and error, line by line as they are written. */
  readonly logFile: string;
  readonly signal: (name: 'TERM' | 'KILL' | 'HUP' | 'USR2' | 'STOP' | 'CONT') => Promise<void>;
  /** Asks it to end and waits; kills it after timeoutMs. */
  readonly stop: (timeoutMs?: number) => Promise<void>;
  readonly isRunning: () => Promise<boolean>;
}

export async function startGuestProcess(
  commands: GuestCommands,
  stateDirectory: string,
  options: GuestProcessOptions,
): Promise<GuestProcess> {
  const logFile = join(stateDirectory, `${options.name}.log`);
  const pidFile = `/run/${options.name}.pid`;
  await commands.run(startScript(options, pidFile, logFile));
  const kill = `kill -s "$1" "$(cat ${pidFile})" 2>/dev/null`;
  const isRunning = async () => (await commands.attempt(`set -- 0; ${kill}`)).exitCode === 0;
  return {
    logFile,
    isRunning,
    signal: async (name) => {
      await commands.run(`set -- ${name}; ${kill}`);
    },
    stop: async (timeoutMs = 10_000) => {
      await commands.run(stopScript(pidFile, timeoutMs), timeoutMs + 5_000);
    },
  };
}

/**
 * The log is opened anew for each line, because hostfs keeps what is written to an open file in the guest's memory
 * until it is closed.
 */
function startScript({ commandLine, environment = {} }: GuestProcessOptions, pidFile: string, logFile: string): string {
  const assignments = Object.entries(environment).map(([name, value]) => `${name}=${quote(value)}`);
  const command = ['env', ...assignments, ...commandLine.map(quote)].join(' ');
  return [
    `rm -f ${pidFile}`,
    `run() { echo $BASHPID >${pidFile}; exec ${command}; }`,
    `keep_log() { while IFS= read -r line; do printf '%s\\n' "$line" >>${logFile}; done; }`,
    '{ (run) 2>&1; echo "exit code $?"; } </dev/null 2>/dev/null | keep_log >/dev/null 2>&1 &',
    `until [ -s ${pidFile} ]; do :; done`,
  ].join('\n');
}

function stopScript(pidFile: string, timeoutMs: number): string {
  return [
    `pid=$(cat ${pidFile})`,
    'kill -s TERM "$pid" 2>/dev/null || exit 0',
    `for ((waited = 0; waited < ${timeoutMs}; waited += 50)); do kill -0 "$pid" 2>/dev/null || exit 0; sleep 0.05; done`,
    'kill -s KILL "$pid"',
  ].join('\n');
}
