import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { Problem, type ProblemCode, problemDocument } from './problem.js';

const CODES: Readonly<Record<string, ProblemCode>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
  HPE_HEADER_OVERFLOW: 'headers-too-large',
};

const DETAILS: Partial<Record<ProblemCode, string>> = {
  'request-timeout': 'the whole request must arrive within 15 s, its headers within 10 s',
  'headers-too-large': 'all headers together may have 16 KiB',
};

/** Answers what never became a request, such as one that arrives too slowly, and ends the connection. */
export function answerClientError(error: Error & { readonly code?: string }, socket: Socket): void {
  // The client may have left by itself.
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const code = CODES[error.code ?? ''] ?? 'malformed-request';
  const document = problemDocument(new Problem(code, DETAILS[code] ?? 'this is not HTTP/1.1'), '');
  const body = JSON.stringify(document);
  socket.end(
    `HTTP/1.1 ${document.status} ${STATUS_CODES[document.status] ?? ''}\r\n` +
      `content-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
