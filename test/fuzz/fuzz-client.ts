import { type Dispatcher, Pool } from 'undici';
import { type ObservedAnswer } from '#testkit/api-contract.js';
import type { FuzzedRequest } from './request-arbitrary.js';

/** A request may not keep the others waiting for longer than this. */
const TIMEOUT_MS = 10_000;

/** Sends requests as they are: `fetch` would tidy up paths and headers first. */
export class FuzzClient {
  readonly #pool: Pool;

  constructor(url: string) {
    this.#pool = new Pool(url, { connections: 4, headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS });
  }

  async send({ method, path, headers, body }: FuzzedRequest, token: string): Promise<ObservedAnswer> {
    const answer = await this.#pool.request({
      method: method,
      path,
      headers: { ...headers, authorization: `Bearer ${token}` },
      body,
    });
    const answered = { method, path, status: answer.statusCode, headers: headersOf(answer) };
    return { ...answered, body: await contentOf(answer) };
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }
}

function headersOf({ headers }: Dispatcher.ResponseData): Headers {
  return new Headers(
    Object.entries(headers).flatMap(([name, value]) =>
      [value ?? []].flat().map((one): [string, string] => [name, one]),
    ),
  );
}

/** A stream of events has no end; that it began is all there is to see here. */
async function contentOf({ headers, body }: Dispatcher.ResponseData): Promise<unknown> {
  const type = String(headers['content-type']);
  if (type.startsWith('text/event-stream')) {
    body.on('error', () => undefined).destroy();
    return '';
  }
  const text = await body.text();
  return /[/+]json/.test(type) && text !== '' ? JSON.parse(text) : text;
}
