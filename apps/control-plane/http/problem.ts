/** Every error code the API answers with, its status and its title. One catalogue; codes never change their meaning. */
export const PROBLEMS = {
  'invalid-resource': { status: 400, title: 'The resource is not valid' },
  'invalid-query': { status: 400, title: 'The query is not valid' },
  'malformed-body': { status: 400, title: 'The body cannot be read' },
  'malformed-request': { status: 400, title: 'The request cannot be read' },
  unauthenticated: { status: 401, title: 'A valid token is needed' },
  forbidden: { status: 403, title: 'The token does not allow this' },
  'not-found': { status: 404, title: 'There is no such thing' },
  'method-not-allowed': { status: 405, title: 'The method does not apply to this resource' },
  'not-acceptable': { status: 406, title: 'There is no answer of the media type that was asked for' },
  'request-timeout': { status: 408, title: 'The request did not arrive in time' },
  conflict: { status: 409, title: 'The change conflicts with what exists' },
  'precondition-failed': { status: 412, title: 'The resource is not as the request expects it' },
  'payload-too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'The body is of a type that is not understood' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  'headers-too-large': { status: 431, title: 'The headers are too large' },
  internal: { status: 500, title: 'Something went wrong on our side' },
  unavailable: { status: 503, title: 'Not ready' },
  busy: { status: 503, title: 'Something else is being done' },
} as const satisfies Record<string, { readonly status: number; readonly title: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

/** One wrong place in a request. `pointer` is a JSON Pointer (RFC 6901) into the body, or the name of a query parameter. */
export interface WrongField {
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}

/** A refusal, as the API tells it. Thrown by whoever decides; turned into a response in one place. */
export class Problem extends Error {
  override readonly name = 'Problem';

  constructor(
    readonly code: ProblemCode,
    readonly detail: string,
    readonly errors: readonly WrongField[] = [],
    /** When it is worth another try; told as `Retry-After` (RFC 9110). */
    readonly retryAfterSeconds: number | null = null,
  ) {
    super(`${code}: ${detail}`);
  }
}

/** The body of an `application/problem+json` response (RFC 9457). */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ProblemCode;
  readonly detail: string;
  readonly instance: string;
  readonly errors?: readonly WrongField[] | undefined;
}

export function problemDocument(problem: Problem, instance: string): ProblemDocument {
  const { status, title } = PROBLEMS[problem.code];
  const { code, detail, errors } = problem;
  return { type: 'about:blank', title, status, code, detail, instance, ...(errors.length > 0 && { errors }) };
}
