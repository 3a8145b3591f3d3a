import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { NewEvent } from '#core/model/event.js';
import { InMemoryEventStore } from '#testkit/in-memory-event-store.js';
import { InMemorySchedulerStore } from '#testkit/in-memory-scheduler-store.js';
import { EventListeners } from './event-listeners.js';

const EVENTS = 5;
const SLOWEST_MS = 30_000;
const FROM_THE_FIRST = { filter: {}, isTellingCycles: false, lastSequence: 0 };

const event: NewEvent = {
  atMs: 0,
  type: 'audit.changed',
  resource: 'origins/eu',
  actor: 'ann',
  requestId: null,
  summary: 'changed',
  before: null,
  after: null,
};

/** A client's end of a connection. */
class Connection extends EventEmitter {
  isCut = false;

  destroy(): void {
    this.isCut = true;
    this.emit('close');
  }
}

describe('EventListeners', () => {
  let listeners: EventListeners;

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const store = new InMemoryEventStore();
    store.write(Array.from({ length: EVENTS }, () => event));
    listeners = new EventListeners(store, new InMemorySchedulerStore({ cyclesKept: 1 }));
  });

  afterEach(() => {
    listeners.stop();
    vi.useRealTimers();
  });

  function listen(connection: Connection): AsyncIterator<unknown> {
    return listeners.listen(FROM_THE_FIRST, connection as unknown as ServerResponse)[Symbol.asyncIterator]();
  }

  it('cuts off a listener that leaves something lying for half a minute', async () => {
    const connection = new Connection();
    const stream = listen(connection);
    await stream.next();
    await nextTurn();
    vi.advanceTimersByTime(SLOWEST_MS - 1);
    expect(connection.isCut).toBe(false);
    vi.advanceTimersByTime(1);
    expect(connection.isCut).toBe(true);
  });

  it('keeps a listener that took all there is, however long nothing more happens', async () => {
    const connection = new Connection();
    const stream = listen(connection);
    // The first message says when to come back.
    for (let count = 0; count < 1 + EVENTS; count += 1) await stream.next();
    await nextTurn();
    vi.advanceTimersByTime(10 * SLOWEST_MS);
    expect(connection.isCut).toBe(false);
  });

  it('keeps a listener that is slow, but takes something now and then', async () => {
    const connection = new Connection();
    const stream = listen(connection);
    for (let count = 0; count < EVENTS; count += 1) {
      await stream.next();
      await nextTurn();
      vi.advanceTimersByTime(SLOWEST_MS - 1);
    }
    expect(connection.isCut).toBe(false);
  });

  it('lets a hundred listen, and another once one of them has gone', () => {
    const connections = Array.from({ length: 100 }, () => new Connection());
    for (const connection of connections) listen(connection);
    expect(() => listen(new Connection())).toThrow(expect.objectContaining({ code: 'busy' }));
    connections[0]?.destroy();
    expect(() => listen(new Connection())).not.toThrow();
  });
});
