import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LiveUpdates } from './live-updates.js';

/** A stream that a test writes, one for each time the console connects. */
class FakeStreams {
  readonly lastIds: (string | null)[] = [];
  #writer: ReadableStreamDefaultController<Uint8Array> | null = null;
  isDown = false;
  refusal: Response | null = null;

  readonly fetch: typeof globalThis.fetch = (_url, init) => {
    if (this.isDown) return Promise.reject(new TypeError('connection refused'));
    if (this.refusal !== null) return Promise.resolve(this.refusal);
    this.lastIds.push(new Headers(init?.headers).get('last-event-id'));
    const body = new ReadableStream<Uint8Array>({
      start: (writer) => {
        this.#writer = writer;
        init?.signal?.addEventListener('abort', () => {
          if (this.#writer === writer) writer.error(new DOMException('aborted', 'AbortError'));
        });
      },
    });
    return Promise.resolve(new Response(body));
  };

  write(text: string): void {
    this.#writer?.enqueue(new TextEncoder().encode(text));
  }

  end(): void {
    this.#writer?.close();
    this.#writer = null;
  }
}

let streams: FakeStreams;
let updates: LiveUpdates;
const refused = vi.fn();

beforeEach(() => {
  vi.useFakeTimers();
  refused.mockReset();
  streams = new FakeStreams();
  updates = new LiveUpdates({ url: 'http://weir', token: 'weir_1', refused, fetch: streams.fetch });
  updates.start();
});
afterEach(() => {
  updates.stop();
  vi.useRealTimers();
});

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('LiveUpdates', () => {
  it('has everything read once it is connected, and again once for all that comes at once', async () => {
    await pass(200);
    expect(updates).toMatchObject({ connection: { state: 'live' }, revision: 1 });
    streams.write('event: cycle\ndata: {"id":7}\n\nid: 3\nevent: audit.changed\ndata: {"sequence":3}\n\n');
    await pass(200);
    expect(updates.revision).toBe(2);
    expect(updates.events).toEqual([{ sequence: 3 }]);
  });

  it('comes back later and later, goes on after the last event, and has everything read anew', async () => {
    await pass(200);
    streams.write('id: 3\nevent: audit.changed\ndata: {"sequence":3}\n\n');
    await pass(200);
    streams.isDown = true;
    streams.end();
    await pass(0);
    const lostAtMs = Date.now();
    const waits: number[] = [];
    for (let tries = 0; tries < 8; tries += 1) {
      const { connection } = updates;
      if (connection.state !== 'lost') throw new Error(`not lost but ${connection.state}`);
      expect(connection.sinceMs).toBe(lostAtMs);
      waits.push(connection.retryAtMs - Date.now());
      await pass(connection.retryAtMs - Date.now());
    }
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
    streams.isDown = false;
    const { revision } = updates;
    await pass(15_200);
    expect(updates).toMatchObject({ connection: { state: 'live' }, revision: revision + 1 });
    expect(streams.lastIds).toEqual([null, '3']);
  });

  it('takes a stream that says nothing for too long for broken', async () => {
    await pass(39_000);
    expect(updates.connection.state).toBe('live');
    streams.write(': still here\n\n');
    await pass(39_000);
    expect(updates.connection.state).toBe('live');
    await pass(1_001);
    expect(updates.connection.state).toBe('lost');
  });

  it('tries at once when it is asked to', async () => {
    streams.isDown = true;
    streams.end();
    await pass(60_000);
    streams.isDown = false;
    updates.retry();
    await pass(0);
    expect(updates.connection.state).toBe('live');
  });

  it('says when it is not wanted any more', async () => {
    updates.stop();
    streams.refusal = Response.json({ code: 'unauthenticated', detail: 'revoked' }, { status: 401 });
    updates.start();
    await pass(0);
    expect(refused).toHaveBeenCalledWith(expect.objectContaining({ status: 401, message: 'revoked' }));
    await pass(60_000);
    expect(streams.lastIds).toHaveLength(1);
  });
});
