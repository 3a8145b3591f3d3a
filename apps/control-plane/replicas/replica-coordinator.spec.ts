import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ReplicaCoordinator } from './replica-coordinator.js';

describe('ReplicaCoordinator', () => {
  let log: string[];
  let isLeading: boolean;
  let coordinator: ReplicaCoordinator;

  beforeAll(() => {
    Logger.overrideLogger(false);
  });

  afterAll(() => {
    Logger.overrideLogger(['error']);
  });

  beforeEach(() => {
    log = [];
    isLeading = false;
    const noted = (what: string) => () => Promise.resolve(void log.push(what));
    coordinator = new ReplicaCoordinator({
      link: { start: noted('connect'), wantCycle: noted('want a cycle'), stop: noted('let go of the lease') },
      leadership: {
        get isLeading() {
          return isLeading;
        },
        elected: () => log.push('take office'),
        deposed: () => log.push('leave office'),
        settled: noted('settled'),
      },
      loop: { sync: (trigger) => Promise.resolve(void log.push(`cycle for ${trigger}`)) },
      runner: { forget: () => log.push('forget the plan') },
      publications: { sync: noted('compare publications') },
      configurations: {
        forget: () => log.push('forget the configuration'),
        setRemembering: (isRemembering) => log.push(isRemembering ? 'remember' : 'remember nothing'),
      },
      cycleTimeoutMs: 60_000,
    });
  });

  it('reads everything again whenever it is connected, and remembers nothing while it is not', () => {
    coordinator.connected();
    expect(coordinator.isConnected).toBe(true);
    expect(log.splice(0)).toEqual(['remember', 'forget the plan', 'compare publications']);
    coordinator.disconnected(new Error('gone'));
    expect(coordinator.isConnected).toBe(false);
    expect(log).toEqual(['remember nothing']);
  });

  it.each([
    ['configuration', ['forget the configuration']],
    ['cycle', ['forget the plan', 'compare publications']],
    ['cycle-wanted', []],
  ] as const)('on standby hears of %s', (change, expected) => {
    coordinator.changed(change);
    expect(log).toEqual(expected);
  });

  it.each([
    ['configuration', ['forget the configuration', 'cycle for configuration-change']],
    ['cycle', ['compare publications']],
    ['cycle-wanted', ['cycle for operator']],
  ] as const)('leading hears of %s', (change, expected) => {
    isLeading = true;
    coordinator.changed(change);
    expect(log).toEqual(expected);
  });

  it('leaves office before it lets go of the lease', async () => {
    await coordinator.stop();
    expect(log).toEqual(['leave office', 'settled', 'let go of the lease']);
  });

  it('runs a cycle where it leads', async () => {
    isLeading = true;
    await coordinator.runCycle();
    expect(log).toEqual(['cycle for operator']);
  });

  it('has the leader run one where it does not, and waits for it', async () => {
    let isDone = false;
    const running = coordinator.runCycle().then(() => {
      isDone = true;
    });
    await Promise.resolve();
    expect(log.splice(0)).toEqual(['want a cycle']);
    expect(isDone).toBe(false);
    coordinator.changed('cycle');
    await running;
    expect(isDone).toBe(true);
  });
});
