import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NewEvent } from '#core/model/event.js';
import type { EventFilter } from '#core/ports/event-store.js';
import { InMemoryEventStore } from '#testkit/in-memory-event-store.js';
import { eventStream } from './event-stream.js';

const event = (summary: string): NewEvent => ({
  atMs: 0,
  type: 'audit.changed',
  resource: 'origins/eu',
  actor: 'ann',
  requestId: null,
  summary,
  before: null,
  after: { text: 'two\nlines' },
});

let store: InMemoryEventStore;
let ending: AbortController;

beforeEach(() => {
  store = new InMemoryEventStore();
  ending = new AbortController();
});
afterEach(() => {
  ending.abort();
});

function listen(
  lastSequence: number | null,
  filter: EventFilter = {},
  keepAliveMs = 1_000_000,
  newestCycle: (() => Promise<number | null>) | null = null,
) {
  return eventStream({ store, filter, lastSequence, newestCycle, pollMs: 1, keepAliveMs, signal: ending.signal });
}

/** The next messages, whatever they are. */
async function take(stream: AsyncGenerator<string, void, void>, count: number): Promise<readonly string[]> {
  const texts: string[] = [];
  while (texts.length < count) texts.push(String((await stream.next()).value));
  return texts;
}

const idsIn = (texts: readonly string[]) => texts.flatMap((text) => /^id: (\d+)$/m.exec(text)?.[1] ?? []).map(Number);

describe('eventStream', () => {
  it('begins with what happens from now on, one message of three lines for each', async () => {
    store.write([event('before')]);
    const stream = listen(null);
    expect(await take(stream, 1)).toEqual(['retry: 2000\n\n']);
    const next = take(stream, 1);
    await store.append([event('now')]);
    const [message = ''] = await next;
    expect(message).toMatch(/^id: 2\nevent: audit\.changed\ndata: \{.*\}\n\n$/);
    expect(message).toContain('"summary":"now"');
  });

  it('goes on where the listener was, in order, each once, over many pages', async () => {
    store.write(Array.from({ length: 250 }, (_, index) => event(String(index))));
    const texts = await take(listen(40), 1 + 210);
    expect(idsIn(texts)).toEqual(Array.from({ length: 210 }, (_, index) => index + 41));
  });

  it('tells of a gap where events are no longer kept', async () => {
    store.write([event('1'), event('2'), event('3'), event('4')]);
    await store.prune({ eventsKept: 2, oldestMs: 0 });
    const [, gap, first] = await take(listen(1), 3);
    expect(gap).toBe('event: gap\ndata: {"after":1,"oldest":3}\n\n');
    expect(first).toMatch(/^id: 3\n/);
    expect((await take(listen(2), 2))[1]).toMatch(/^id: 3\n/);
  });

  it('says that it is there while nothing happens, and leaves out what is not wanted', async () => {
    store.write([event('not wanted')]);
    const texts = await take(listen(0, { type: 'health' }, 3), 3);
    expect(texts.slice(1)).toEqual([': still here\n\n', ': still here\n\n']);
  });

  it('tells of each new cycle whoever wants to hear of them, without an id', async () => {
    const newest = [7, 7, 8, 8, 9];
    const cycles = () => Promise.resolve(newest.length > 1 ? newest.shift()! : 9);
    const texts = await take(listen(null, {}, 1_000_000, cycles), 3);
    expect(texts.slice(1)).toEqual(['event: cycle\ndata: {"id":8}\n\n', 'event: cycle\ndata: {"id":9}\n\n']);
  });

  it('ends when it is told to', async () => {
    const stream = listen(null);
    await take(stream, 1);
    const next = stream.next();
    ending.abort();
    expect((await next).done).toBe(true);
  });
});
