import { afterEach, describe, expect, it } from 'vitest';
import { asError, Interrupted, RunControl } from './run-control.js';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const before = new Map(SIGNALS.map((name) => [name, process.listeners(name)]));

afterEach(() => {
  for (const name of SIGNALS)
    for (const listener of process.listeners(name))
      if (before.get(name)?.includes(listener) !== true) process.off(name, listener);
});

describe('RunControl', () => {
  it('tells why the run ended, and not what was waiting then', () => {
    const run = new RunControl();
    const failure = new Error('the edge ams-1 died');
    run.fail(failure);
    expect(run.signal.aborted).toBe(true);
    expect(run.reasonFor(new Error('the wait was aborted'))).toBe(failure);
  });

  it('keeps to the first reason', () => {
    const run = new RunControl();
    run.interrupt();
    run.fail(new Error('the processes ended, of course'));
    expect(run.reasonFor(null)).toBeInstanceOf(Interrupted);
  });

  it('passes on what went wrong by itself', () => {
    const failure = new Error('no new decision');
    expect(new RunControl().reasonFor(failure)).toBe(failure);
  });

  it.each(SIGNALS)('ends on %s, however often', (name) => {
    const run = new RunControl();
    process.emit(name);
    process.emit(name);
    expect(run.reasonFor(null)).toBeInstanceOf(Interrupted);
  });
});

it('makes an error of whatever was thrown', () => {
  expect(asError('a text').message).toBe('a text');
});
