import { createAnnouncer } from '../anycast/create-anycast.js';
import { Heartbeat } from '../anycast/heartbeat.js';
import { Watchdog } from '../anycast/watchdog.js';
import { systemClock } from '../clock.js';
import type { Logger } from '../logger.js';
import { SettingsError, type Settings } from '../settings.js';
import { stopSignal } from './stop-signal.js';

/** The process beside the agent, with the agent's own settings, until a signal ends it. */
export async function runWatchdog(settings: Settings, logger: Logger): Promise<void> {
  if (settings.anycast === 'off')
    throw new SettingsError(['WEIR_EDGE_ANYCAST must be bird: there is nothing else that a watchdog could withdraw']);
  const watchdog = new Watchdog({
    heartbeat: new Heartbeat(settings.stateDirectory),
    announcer: createAnnouncer(settings),
    clock: systemClock,
    logger,
    patienceMs: settings.watchdogMs,
  });
  const stopped = stopSignal(logger);
  watchdog.start();
  logger.info('the watchdog runs', { edge: settings.edge, patienceMs: settings.watchdogMs });
  await stopped;
  await watchdog.stop();
}
