import { startEdgeAgent } from '../edge-agent.js';
import { createLogger, type Logger } from '../logger.js';
import { messageOf } from '../problem.js';
import { runCommand } from '../process/run-command.js';
import { SettingsError, type Settings } from '../settings.js';
import { LifeSigns } from '../systemd/life-signs.js';
import { serviceNotifier, watchdogMs } from '../systemd/service-notifier.js';
import { stopSignal } from './stop-signal.js';

export interface DaemonParts {
  /** Reads them anew at each call; throws a SettingsError. */
  readonly readSettings: () => Settings;
  readonly environment: NodeJS.ProcessEnv;
  readonly write: (line: string) => void;
}

/**
 * The agent until SIGTERM or SIGINT, which drain: users are sent to other edges, a last report, and the kernel goes on.
 * SIGUSR2 makes room for the next agent: what is announced stays. A second one of them leaves at once.
 * SIGHUP reads the settings again, looks for drift and asks the control plane anew.
 */
export async function runDaemon({ readSettings, environment, write }: DaemonParts): Promise<void> {
  let settings = readSettings();
  const logger = createLogger(() => settings.logLevel, write);
  const stopped = stopSignal(logger);
  // While the agent starts there is nothing to reload yet, and a hangup must not end it.
  let reload = () => Promise.resolve();
  process.on('SIGHUP', () => void reload());
  const edgeAgent = await startEdgeAgent(settings, logger);
  const lifeSigns = new LifeSigns({
    notifier: serviceNotifier(environment, runCommand),
    watchdogMs: watchdogMs(environment),
    isAlive: () => edgeAgent.isAlive(),
    status: () => edgeAgent.summary(),
  });
  reload = async () => {
    await lifeSigns.reloading();
    settings = reloadedSettings(settings, readSettings, logger);
    await edgeAgent.refresh();
    await lifeSigns.ready();
  };
  await lifeSigns.start();

  const signal = await stopped;
  await lifeSigns.stop();
  await (signal === 'SIGUSR2' ? edgeAgent.leave() : edgeAgent.stop());
}

/** The log level changes at once. Everything else is what the adapters were made with: it needs a restart, and says so. */
function reloadedSettings(current: Settings, readSettings: () => Settings, logger: Logger): Settings {
  try {
    const { logLevel, ...others } = readSettings();
    const before = new Map(Object.entries(current).map(([name, value]) => [name, text(value)]));
    const changed = Object.entries(others)
      .filter(([name, value]) => text(value) !== before.get(name))
      .map(([name]) => name);
    const next = { ...current, logLevel };
    logger.info('the settings were read again', { logLevel, needRestart: changed });
    return next;
  } catch (error) {
    const reason = error instanceof SettingsError ? error.problems : messageOf(error);
    logger.error('the settings cannot be used; the agent goes on with those it has', { reason });
    return current;
  }
}

function text(value: unknown): string {
  return JSON.stringify(value instanceof Map ? [...value.entries()] : value);
}
