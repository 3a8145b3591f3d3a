import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AgentReport } from '#contracts/agent-report.js';
import { createLogger } from '../logger.js';
import { exampleView } from './example-view.js';
import { Reporter } from './reporter.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function reporting(sendReport: (report: AgentReport) => Promise<void>, metricsAddress = (): string | null => null) {
  return new Reporter({
    client: { sendReport },
    observe: () => Promise.resolve(exampleView()),
    clock: { monotonicMs: () => performance.now() },
    logger: createLogger('error', () => undefined),
    agentVersion: '0.1.0',
    metricsAddress,
    intervalMs: 5_000,
  });
}

describe('Reporter', () => {
  it('reports at its interval, numbered from 1, as one instance', async () => {
    const reports: AgentReport[] = [];
    const reporter = reporting((report) => Promise.resolve(void reports.push(report)));
    reporter.start();
    await vi.advanceTimersByTimeAsync(11_000);
    await reporter.stop();
    expect(reports.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
    expect(new Set(reports.map(({ instance }) => instance)).size).toBe(1);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(reports).toHaveLength(3);
  });

  it('tells where its metrics are while they are served', async () => {
    const reports: AgentReport[] = [];
    let address: string | null = null;
    const reporter = reporting(
      (report) => Promise.resolve(void reports.push(report)),
      () => address,
    );
    await reporter.sync();
    address = '192.0.2.1:9470';
    await reporter.sync();
    expect(reports[0]).not.toHaveProperty('metricsAddress');
    expect(reports[1]?.metricsAddress).toBe('192.0.2.1:9470');
  });

  it('drops and counts a report that fails, and sends the next', async () => {
    const reporter = reporting(({ sequence }) =>
      sequence === 1 ? Promise.reject(new Error('down')) : Promise.resolve(),
    );
    reporter.start();
    await vi.advanceTimersByTimeAsync(11_000);
    expect(reporter.dropped).toBe(1);
    await reporter.stop();
    expect(reporter.dropped).toBe(1);
  });

  it('does not pile reports up behind one that hangs', async () => {
    const hanging: (() => void)[] = [];
    const reporter = reporting(() => new Promise((resolve) => hanging.push(resolve)));
    reporter.start();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(hanging).toHaveLength(1);
  });
});
