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
  /** Is told when the stream begins and when it breaks off, with how long it is until the next try. */
  readonly watch?: StreamWatch | undefined;
  /** How long to wait after so many failures in a row; 0 of them where a stream broke off that had begun. */
  readonly retryMs?: ((failures: number) => number) | undefined;
  /** A stream that says nothing for so long is broken, though nothing says so; for ever when left out. */
  readonly longestSilenceMs?: number | undefined;
}

export interface StreamWatch {
  began(): void;
  broke(retryMs: number): void;
}

const RETRY_MS = 2_000;

/**
 * The messages of a stream for as long as `signal` lets it: connects again after the last message that was read, so that
 * none is missed and none comes twice. Rejects with an `ApiRefusal` when the stream is refused.
 */
export async function* readServerSentEvents(options: StreamOptions): AsyncGenerator<ServerSentEvent, void, void> {
  const { signal, watch, retryMs = () => RETRY_MS } = options;
  let lastId: string | null = null;
  let failures = 0;
  while (!isAborted(signal)) {
    try {
      for await (const message of readOnce(options, lastId, () => (failures = 0))) {
        lastId = message.id ?? lastId;
        yield message;
      }
    } catch (error) {
      if (error instanceof ApiRefusal && error.status < 500) throw error;
    }
    if (isAborted(signal)) return;
    const waitMs = retryMs(failures);
    failures += 1;
    watch?.broke(waitMs);
    await pause(waitMs, signal);
  }
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

async function* readOnce(
  options: StreamOptions,
  lastId: string | null,
  began: () => void,
): AsyncGenerator<ServerSentEvent, void, void> {
  const { url, token, fetch = globalThis.fetch, watch, longestSilenceMs } = options;
  const silence = new Silence(longestSilenceMs, options.signal);
  try {
    const response = await fetch(url, {
      headers: {
        accept: 'text/event-stream',
        ...(token !== null && { authorization: `Bearer ${token}` }),
        ...(lastId !== null && { 'last-event-id': lastId }),
      },
      signal: silence.signal,
    });
    if (!response.ok) throw new ApiRefusal(response, await response.json().catch(() => null));
    began();
    watch?.began();
    yield* messagesIn(response, silence);
  } finally {
    silence.end();
  }
}

async function* messagesIn(response: Response, silence: Silence): AsyncGenerator<ServerSentEvent, void, void> {
  let text = '';
  // Read by hand: not every browser lets one iterate over a stream.
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const chunk = await reader?.read();
    if (chunk?.value === undefined) return;
    silence.broken();
    text += chunk.value;
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    yield* blocks.flatMap((block) => parseBlock(block) ?? []);
  }
}

/** Aborts a request that nothing is heard of for too long, or when whoever asked does. */
class Silence {
  readonly #ending = new AbortController();
  readonly #follow = (): void => {
    this.#ending.abort();
  };
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly longestMs: number | undefined,
    private readonly outer: AbortSignal | undefined,
  ) {
    if (outer?.aborted === true) this.#ending.abort();
    outer?.addEventListener('abort', this.#follow);
    this.broken();
  }

  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  /** Something was heard. */
  broken(): void {
    clearTimeout(this.#timer);
    if (this.longestMs !== undefined) this.#timer = setTimeout(this.#follow, this.longestMs);
  }

  end(): void {
    clearTimeout(this.#timer);
    this.outer?.removeEventListener('abort', this.#follow);
    this.#ending.abort();
  }
}

/** Ends early when `signal` aborts. */
function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
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
