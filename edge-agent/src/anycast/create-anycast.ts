import { systemClock } from '../clock.js';
import type { Logger } from '../logger.js';
import type { AgentView } from '../report/view.js';
import type { Settings } from '../settings.js';
import type { Announcer } from './announcer.js';
import { Anycast } from './anycast.js';
import { BirdAnnouncer } from './bird-announcer.js';
import { birdSocket } from './bird-socket.js';
import { Heartbeat } from './heartbeat.js';

/** `null` where this edge announces nothing by itself. */
export function createAnycast(settings: Settings, logger: Logger, view: () => AgentView): Anycast | null {
  if (settings.anycast === 'off') return null;
  return new Anycast({
    announcer: createAnnouncer(settings),
    heartbeat: new Heartbeat(settings.stateDirectory),
    view,
    clock: systemClock,
    logger,
    holdMs: settings.announceHoldMs,
    withdrawMs: settings.withdrawMs,
  });
}

export function createAnnouncer({ birdFile, birdSocket: socketPath }: Settings): Announcer {
  return new BirdAnnouncer({ ask: birdSocket(socketPath), socketPath, file: birdFile });
}
