import { expect, it } from 'vitest';
import { Readiness } from '../health/readiness.js';
import type { PublicationBoard } from '../publication/publication-board.js';
import type { ReplicaCoordinator } from '../replicas/replica-coordinator.js';
import type { Advisor } from '../what-if/advisor.js';
import type { Decider } from './decider.js';
import { SchedulerLifecycle } from './scheduler-lifecycle.js';

it('starts and stops in order: ready last, and unready first', async () => {
  const log: string[] = [];
  const readiness = new Readiness();
  const note = (what: string) => log.push(`${what}, ${readiness.state}`);
  const noted = (what: string) => () => Promise.resolve(void note(what));
  const lifecycle = new SchedulerLifecycle(
    readiness,
    { dismiss: () => note('long polls end') } as unknown as PublicationBoard,
    { start: noted('elections begin'), stop: noted('loop and lease end') } as unknown as ReplicaCoordinator,
    { stop: noted('worker ends') } as unknown as Decider,
    { stop: noted('worker of questions ends') } as unknown as Advisor,
  );
  expect(readiness.state).toBe('starting');
  await lifecycle.onApplicationBootstrap();
  expect(readiness.state).toBe('ready');
  await lifecycle.onModuleDestroy();
  expect(log).toEqual([
    'elections begin, starting',
    'long polls end, stopping',
    'loop and lease end, stopping',
    'worker ends, stopping',
    'worker of questions ends, stopping',
  ]);
});
