import type { ServiceNotifier } from './service-notifier.js';

export interface LifeSignsParts {
  /** `null` where nobody listens. */
  readonly notifier: ServiceNotifier | null;
  /** How long the service manager waits; `null` when it waits for nothing. */
  readonly watchdogMs: number | null;
  /** That the loop turns: without it no sign is given, and the service manager starts the agent anew. */
  readonly isAlive: () => boolean;
  /** One line for people: `systemctl status` shows it. */
  readonly status: () => string;
}

/** The status is shown anew this often where no watchdog sets the pace. */
const STATUS_INTERVAL_MS = 10_000;

/** Signs of life for the service manager, three in the time it waits, as long as the agent does its work. */
export class LifeSigns {
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly parts: LifeSignsParts) {}

  async start(): Promise<void> {
    const { notifier, watchdogMs, status } = this.parts;
    this.#timer = setInterval(() => void this.sync(), watchdogMs === null ? STATUS_INTERVAL_MS : watchdogMs / 3);
    await notifier?.notify('READY=1', `STATUS=${status()}`);
  }

  async sync(): Promise<void> {
    const { notifier, watchdogMs, isAlive, status } = this.parts;
    await notifier?.notify(...(watchdogMs !== null && isAlive() ? ['WATCHDOG=1'] : []), `STATUS=${status()}`);
  }

  async reloading(): Promise<void> {
    await this.parts.notifier?.notify('RELOADING=1');
  }

  async ready(): Promise<void> {
    await this.parts.notifier?.notify('READY=1');
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.parts.notifier?.notify('STOPPING=1', 'STATUS=stopping');
  }
}
