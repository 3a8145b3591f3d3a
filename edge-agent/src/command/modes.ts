import { ControlPlaneClient } from '../client/control-plane-client.js';
import { systemClock } from '../clock.js';
import { createDataPlane } from '../create-data-plane.js';
import { createLogger } from '../logger.js';
import { messageOf } from '../problem.js';
import { runCommand } from '../process/run-command.js';
import { readSettings, SettingsError, type Settings } from '../settings.js';
import { MemoryFile } from '../store/memory-file.js';
import { Memory } from '../store/memory.js';
import { StateFile } from '../store/state-file.js';
import { checkConfiguration } from './check-configuration.js';
import { readEnvironment } from './read-environment.js';
import { recordingRun } from './recording-run.js';
import { runDaemon } from './run-daemon.js';
import { runWatchdog } from './run-watchdog.js';
import { syncOnce } from './sync-once.js';

/** Something failed. */
const FAILED = 1;
/** Not to be tried again as it is: the unit does not restart it. */
const MISCONFIGURED = 2;

const write = (text: string) => void process.stdout.write(text);

/** Each mode answers the exit code. */
export async function runMode(settingsFile: string | null): Promise<number> {
  try {
    await runDaemon({ readSettings: () => settingsFrom(settingsFile), environment: process.env, write });
    return 0;
  } catch (error) {
    const reason = error instanceof SettingsError ? error.problems : messageOf(error);
    createLogger('error', write).error('the edge agent cannot start', { reason });
    return error instanceof SettingsError ? MISCONFIGURED : FAILED;
  }
}

export function checkConfigurationMode(settingsFile: string | null): Promise<number> {
  return withSettings(settingsFile, async (settings) => {
    const { findings, problems } = await checkConfiguration(settings, new StateFile(settings.stateDirectory));
    write([...findings, ...problems.map((problem) => `wrong: ${problem}`)].map((line) => `${line}\n`).join(''));
    return problems.length === 0 ? 0 : MISCONFIGURED;
  });
}

export function syncOnceMode(settingsFile: string | null, { isDryRun }: { isDryRun: boolean }): Promise<number> {
  return withSettings(settingsFile, async (settings) => {
    if (settings.dataPlane !== 'ipvs')
      throw new SettingsError(['WEIR_EDGE_DATA_PLANE must be ipvs: what userspace forwards ends with its process']);
    const { run, changes } = recordingRun(runCommand, { isDryRun });
    const { succeeded, text } = await syncOnce({
      edge: settings.edge,
      client: new ControlPlaneClient(settings.controlPlaneUrl, settings.edge, settings.credentials),
      stateFile: new StateFile(settings.stateDirectory),
      memory: new Memory({ file: new MemoryFile(settings.stateDirectory), clock: systemClock }),
      dataPlane: createDataPlane(settings, run, isDryRun ? () => Promise.resolve([]) : undefined),
      changes,
      clock: systemClock,
      logger: createLogger('error', () => undefined),
      drainMs: settings.drainMs,
      isDryRun,
    });
    write(text);
    return succeeded ? 0 : FAILED;
  });
}

export function watchdogMode(settingsFile: string | null): Promise<number> {
  return withSettings(settingsFile, async (settings) => {
    await runWatchdog(settings, createLogger(settings.logLevel, write));
    return 0;
  });
}

async function withSettings(
  settingsFile: string | null,
  mode: (settings: Settings) => Promise<number>,
): Promise<number> {
  try {
    return await mode(settingsFrom(settingsFile));
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    return error instanceof SettingsError ? MISCONFIGURED : FAILED;
  }
}

function settingsFrom(settingsFile: string | null): Settings {
  return readSettings(readEnvironment(settingsFile, process.env));
}
