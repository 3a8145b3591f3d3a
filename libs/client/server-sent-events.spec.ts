import { expect, it } from 'vitest';
import { ApiRefusal } from './errors.js';
import { parseBlock, readServerSentEvents } from './server-sent-events.js';

it.each([
  ['id: 7\nevent: audit.created\ndata: {"a":1}', { id: '7', event: 'audit.created', data: '{"a":1}' }],
  ['data: one\ndata: two', { id: null, event: 'message', data: 'one\ntwo' }],
  [': still here', null],
  ['retry: 2000', null],
])('parses %j', (block, expected) => {
  expect(parseBlock(block)).toEqual(expected);
});

it('reads messages across chunks, and nothing of the last that is cut off', async () => {
  const chunks = ['retry: 2000\n\nid: 1\nda', 'ta: a\n\n: still', ' here\n\nid: 2\ndata: b\n', '\nid: 3\ndata: c'];
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
      controller.close();
    },
  });
  const asked: (string | null)[] = [];
  const ending = new AbortController();
  const fetch = (_url: unknown, init?: RequestInit) => {
    asked.push(new Headers(init?.headers).get('last-event-id'));
    return Promise.resolve(new Response(body));
  };
  const data: string[] = [];
  for await (const message of readServerSentEvents({ url: 'http://weir', token: null, signal: ending.signal, fetch })) {
    data.push(message.data);
    if (data.length === 2) ending.abort();
  }
  expect(data).toEqual(['a', 'b']);
  expect(asked).toEqual([null]);
});

it('rejects when the stream is refused', async () => {
  const fetch = () => Promise.resolve(Response.json({ code: 'forbidden', detail: 'not you' }, { status: 403 }));
  const messages = readServerSentEvents({ url: 'http://weir', token: 't', fetch });
  await expect(messages.next()).rejects.toThrow(ApiRefusal);
});
