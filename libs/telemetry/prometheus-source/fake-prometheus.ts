import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export type Element = readonly [labels: Record<string, string>, value: string];

/** When everything was worked out unless told otherwise, in seconds since the Unix epoch. */
export const EVALUATED_AT_SECONDS = 1_767_225_600;

/** Stand-ins for Prometheus, each on a free port. */
export class FakePrometheus {
  readonly #closers: (() => void)[] = [];

  /** Answers the server's address. */
  async listen(answer: Answer): Promise<string> {
    const server = createServer(answer);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.#closers.push(() => {
      server.closeAllConnections();
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** Closes all of them. */
  close(): void {
    for (const close of this.#closers.splice(0)) close();
  }
}

export function queryOf(request: IncomingMessage): string {
  return new URL(request.url ?? '', 'http://prometheus').searchParams.get('query') ?? '';
}

/** Answers each query with what is listed under its text, and an empty vector to the others. */
export function answers(listed: Readonly<Record<string, Answer>>): Answer {
  return (request, response) => {
    (listed[queryOf(request)] ?? vector())(request, response);
  };
}

export function vector(...elements: readonly Element[]): Answer {
  return vectorAt(EVALUATED_AT_SECONDS, ...elements);
}

export function vectorAt(seconds: number, ...elements: readonly Element[]): Answer {
  return result(
    'vector',
    elements.map(([metric, value]) => ({ metric, value: [seconds, value] })),
  );
}

export function scalar(value: string): Answer {
  return result('scalar', [EVALUATED_AT_SECONDS, value]);
}

export function result(resultType: string, data: unknown): Answer {
  return answering(200, JSON.stringify({ status: 'success', data: { resultType, result: data } }));
}

export function answering(status: number, body: string): Answer {
  return (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  };
}
