import type { RunCommand } from '../process/run-command.js';

/**
 * Tells the service manager how the agent fares, in the words of sd_notify(3): `READY=1`, `STATUS=…`. Messages arrive in
 * their order. Never rejects: a service manager that does not listen changes nothing for users.
 */
export interface ServiceNotifier {
  notify(...assignments: readonly string[]): Promise<void>;
}

/**
 * Through the program `systemd-notify`, since Node cannot open a Unix datagram socket by itself; its unit needs
 * `NotifyAccess=all` for that. `null` where nobody listens.
 */
export function serviceNotifier(environment: NodeJS.ProcessEnv, run: RunCommand): ServiceNotifier | null {
  if (environment['NOTIFY_SOCKET'] === undefined) return null;
  let sending: Promise<unknown> = Promise.resolve();
  return {
    notify: async (...assignments) => {
      sending = sending.then(() => run('systemd-notify', assignments)).catch(() => undefined);
      await sending;
    },
  };
}

/** How long the service manager waits for a sign of life before it starts the agent anew; `null` when it does not. */
export function watchdogMs(environment: NodeJS.ProcessEnv): number | null {
  const microseconds = Number(environment['WATCHDOG_USEC']);
  return microseconds > 0 ? microseconds / 1000 : null;
}
