import { setTimeout as pause } from 'node:timers/promises';
import { ApiRefusal } from './errors.js';

/** One message of a stream of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
export interface ServerSentEvent {
  readonly event: string;
  readonly data: string;
  /** `null` where the message has none. */
  readonly id: string | null;
}

export interface StreamOptions {
  readonly url: string;
  readonly token: string | null;
  readonly signal?: AbortSignal | undefined;
  readonly fetch?: typeof globalThis.fetch | undefined;
}

/** Until the stream says otherwise. */
const RETRY_MS = 2_000;

/**
 * The messages of a stream for as long as `signal` lets it: connects again after the last message that was read, so that
 * none is missed and none comes twice. Rejects with an `ApiRefusal` when the stream is refused.
 */
export async function* readServerSentEvents(options: StreamOptions): AsyncGenerator<ServerSentEvent, void, void> {
  const { signal } = options;
  let lastId: string | null = null;
  while (signal?.aborted !== true) {
    try {
      for await (const message of readOnce(options, lastId)) {
        lastId = message.id ?? lastId;
        yield message;
      }
    } catch (error) {
      if (error instanceof ApiRefusal && error.status < 500) throw error;
    }
    await pause(RETRY_MS, undefined, { ...(signal !== undefined && { signal }) }).catch(() => undefined);
  }
}

async function* readOnce(
  { url, token, signal, fetch = globalThis.fetch }: StreamOptions,
  lastId: string | null,
): AsyncGenerator<ServerSentEvent, void, void> {
  const response = await fetch(url, {
    headers: {
      accept: 'text/event-stream',
      ...(token !== null && { authorization: `Bearer ${token}` }),
      ...(lastId !== null && { 'last-event-id': lastId }),
    },
    ...(signal !== undefined && { signal }),
  });
  if (!response.ok) throw new ApiRefusal(response, await response.json().catch(() => null));
  let text = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    yield* blocks.flatMap((block) => parseBlock(block) ?? []);
  }
}

/** `null` for a block without data, such as a comment that keeps the connection alive. */
export function parseBlock(block: string): ServerSentEvent | null {
  const fields = block.split('\n').flatMap((line) => {
    const match = /^(event|data|id): ?(.*)$/.exec(line);
    return match === null ? [] : [[match[1] ?? '', match[2] ?? ''] as const];
  });
  const valuesOf = (name: string): readonly string[] =>
    fields.flatMap(([field, value]) => (field === name ? [value] : []));
  const data = valuesOf('data');
  if (data.length === 0) return null;
  return { event: valuesOf('event').at(-1) ?? 'message', data: data.join('\n'), id: valuesOf('id').at(-1) ?? null };
}
