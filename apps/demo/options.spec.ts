import { describe, expect, it } from 'vitest';
import { QUICK_TIMELINE, STANDARD_TIMELINE } from './experiment/timeline.js';
import { readOptions, UsageError } from './options.js';

describe('readOptions', () => {
  it('plays the whole story by default', () => {
    expect(readOptions([])).toEqual({
      timeline: STANDARD_TIMELINE,
      outputDirectory: 'demo-output',
      isKeptRunning: false,
    });
  });

  it('takes every figure of the script', () => {
    const options = readOptions(['--cycles', '40', '--kill-near-at', '10', '--revive-near-at=20', '--output', 'there']);
    expect(options).toEqual({
      timeline: { ...STANDARD_TIMELINE, cycles: 40, killNearAt: 10, reviveNearAt: 20 },
      outputDirectory: 'there',
      isKeptRunning: false,
    });
  });

  it('goes on for as long as it is looked at, when told to', () => {
    expect(readOptions(['--keep-running'])?.isKeptRunning).toBe(true);
  });

  it('keeps what was given explicitly in a quick run', () => {
    expect(readOptions(['--quick', '--cycles', '30'])?.timeline).toEqual({ ...QUICK_TIMELINE, cycles: 30 });
  });

  it('leaves the near origin alone when asked to', () => {
    expect(readOptions(['--no-kill', '--kill-near-at', '10'])?.timeline).toMatchObject({
      killNearAt: null,
      reviveNearAt: null,
    });
  });

  it('answers a request for help', () => {
    expect(readOptions(['--help', '--cycles', 'nonsense'])).toBeNull();
  });

  it.each([
    [['--unknown'], /--unknown/],
    [['stray'], /stray/],
    [['--cycles', '0'], /--cycles must be/],
    [['--cycles', '1.5'], /--cycles must be/],
    [['--kill-near-at', '-1'], /--kill-near-at/],
    [['--kill-near-at', '30', '--revive-near-at', '30'], /cannot come back before cycle 30/],
  ])('refuses %j', (args, message) => {
    expect(() => readOptions(args)).toThrow(UsageError);
    expect(() => readOptions(args)).toThrow(message);
  });
});
