import { describe, expect, it } from 'vitest';
import type { ChildSpec } from '../processes/child.js';
import { OriginProcess } from './origin-process.js';

/** A child that serves once told to, and remembers what it was started with. */
class FakeChild {
  isKilled = false;
  readonly exited: Promise<void>;
  end: () => void = () => undefined;

  constructor(readonly spec: ChildSpec) {
    this.exited = new Promise((resolve) => {
      this.end = resolve;
    });
  }

  report(served: number, atMs: number): void {
    this.spec.onMessage?.({ served, atMs });
  }

  kill(): Promise<void> {
    this.isKilled = true;
    this.end();
    return this.exited;
  }
}

function setUp() {
  const started: FakeChild[] = [];
  const origin = new OriginProcess({ name: 'near', port: 21_000, delayMs: 5 }, (spec) => {
    const child = new FakeChild(spec);
    started.push(child);
    queueMicrotask(() => {
      child.report(0, 1_000);
    });
    return child;
  });
  return { origin, started };
}

describe('OriginProcess', () => {
  it('starts a process with its port and delay', async () => {
    const { origin, started } = setUp();
    expect(origin.isUp).toBe(false);
    await origin.start();
    expect(origin.isUp).toBe(true);
    expect(started.map(({ spec }) => spec.arguments)).toEqual([['near', '21000', '5']]);
  });

  it('goes on counting after it was killed and brought back', async () => {
    const { origin, started } = setUp();
    await origin.start();
    started[0]!.report(120, 2_000);
    expect(origin.read()).toEqual({ served: 120, atMs: 2_000 });
    await origin.kill();
    expect(started[0]!.isKilled).toBe(true);
    expect(origin.isUp).toBe(false);
    expect(origin.read().served).toBe(120);
    await origin.start();
    started[1]!.report(5, 9_000);
    expect(origin.read()).toEqual({ served: 125, atMs: 9_000 });
  });

  it('does one thing after the other', async () => {
    const { origin, started } = setUp();
    await Promise.all([origin.start(), origin.start(), origin.kill(), origin.kill(), origin.start()]);
    expect(started.map(({ isKilled }) => isKilled)).toEqual([true, false]);
    expect(origin.isUp).toBe(true);
  });

  it('says so when the process ends before it served', async () => {
    const origin = new OriginProcess({ name: 'far', port: 1, delayMs: 0 }, (spec) => {
      const child = new FakeChild(spec);
      child.end();
      return child;
    });
    await expect(origin.start()).rejects.toThrow('the origin far ended before it served');
  });
});
