import { describe, expect, it } from 'vitest';
import type { RunCommand } from '../process/run-command.js';
import { serviceNotifier, watchdogMs } from './service-notifier.js';

const done = { exitCode: 0, stdout: '', stderr: '' };

describe('serviceNotifier', () => {
  it('is none where nobody listens', () => {
    const run: RunCommand = () => Promise.reject(new Error('must not run'));
    expect(serviceNotifier({}, run)).toBeNull();
  });

  it('sends one message after the other, also past one that fails', async () => {
    const sent: string[] = [];
    const ended: (() => void)[] = [];
    const run: RunCommand = (command, args) => {
      sent.push([command, ...args].join(' '));
      return new Promise((resolve, reject) => {
        const fails = sent.length === 1;
        ended.push(() => {
          if (fails) reject(new Error('no such program'));
          else resolve(done);
        });
      });
    };
    const notifier = serviceNotifier({ NOTIFY_SOCKET: '/run/systemd/notify' }, run);
    const first = notifier?.notify('READY=1', 'STATUS=a b');
    const second = notifier?.notify('WATCHDOG=1');
    await Promise.resolve();
    expect(sent).toEqual(['systemd-notify READY=1 STATUS=a b']);
    ended[0]?.();
    await first;
    await Promise.resolve();
    expect(sent).toEqual(['systemd-notify READY=1 STATUS=a b', 'systemd-notify WATCHDOG=1']);
    ended[1]?.();
    await second;
  });
});

describe('watchdogMs', () => {
  it.each([
    [undefined, null],
    ['', null],
    ['0', null],
    ['60000000', 60_000],
  ])('of %s is %s', (microseconds, expected) => {
    expect(watchdogMs({ WATCHDOG_USEC: microseconds })).toBe(expected);
  });
});
