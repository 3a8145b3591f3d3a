import type { OpenAPIObject } from '@nestjs/swagger';
import { Problem, type ProblemCode, problemDocument, PROBLEMS } from '../http/problem.js';

type Components = NonNullable<OpenAPIObject['components']>;
type Responses = NonNullable<Components['responses']>;
type Headers = NonNullable<Components['headers']>;

/** A refusal that requests of many operations can meet. */
function refusal(code: ProblemCode, detail: string, headers: Headers = {}): Responses[string] {
  const value = problemDocument(new Problem(code, detail), '/v1/origins/eu-central');
  return {
    description: PROBLEMS[code].title,
    headers,
    content: {
      'application/problem+json': {
        schema: { $ref: '#/components/schemas/Problem' },
        examples: { [code]: { summary: detail, value } },
      },
    },
  };
}

/** On whatever a token got an answer to. Left out while authentication is off. */
export const RATE_HEADERS: Headers = {
  RateLimit: { $ref: '#/components/headers/RateLimit' },
  'RateLimit-Policy': { $ref: '#/components/headers/RateLimitPolicy' },
};

const CHALLENGE: Headers = { 'WWW-Authenticate': { $ref: '#/components/headers/WwwAuthenticate' } };

export const COMMON_RESPONSES = {
  NotModified: {
    description: 'The answer is the one whose ETag was in If-None-Match',
    headers: { ETag: { $ref: '#/components/headers/ETag' } },
  },
  BadRequest: refusal('malformed-body', "Body is not valid JSON but content-type is set to 'application/json'"),
  Unauthenticated: refusal('unauthenticated', 'this token is not known, has expired or was revoked', CHALLENGE),
  Forbidden: refusal('forbidden', 'this is for operator tokens, and "dashboard" is a token of a viewer'),
  NotFound: refusal('not-found', "'/v1/origins/%zz' is not a valid url component"),
  NotAcceptable: refusal('not-acceptable', 'this is answered as application/json; Accept leaves that out'),
  PreconditionFailed: refusal(
    'precondition-failed',
    'If-Match does not hold: it was changed since it was read; read it again and decide anew',
  ),
  PayloadTooLarge: refusal('payload-too-large', 'Request body is too large'),
  UnsupportedMediaType: refusal('unsupported-media-type', '"text/plain" is not taken here; send application/json', {
    'Accept-Patch': { $ref: '#/components/headers/AcceptPatch' },
  }),
  TooManyRequests: refusal('too-many-requests', 'token "deployer" sends too many requests; try again in 1 s', {
    ...RATE_HEADERS,
    'Retry-After': { $ref: '#/components/headers/RetryAfter' },
  }),
  Unavailable: refusal('unavailable', 'the database does not answer, or cannot store anything; ask again soon', {
    'Retry-After': { $ref: '#/components/headers/RetryAfter' },
  }),
  Internal: refusal('internal', 'the error was logged; nothing was changed unless the change is shown by a GET'),
} satisfies Responses;

export type CommonResponse = keyof typeof COMMON_RESPONSES;

const text = (description: string, example: string, required = false): Headers[string] => ({
  description,
  required,
  schema: { type: 'string' },
  example,
});

export const COMMON_HEADERS = {
  ETag: text('Strong; equal for equal content. For If-Match and If-None-Match', '"Zk3vJmVb0nq8sY1hTzQw4A"', true),
  Location: text('Where the new resource is', '/v1/origins/eu-central', true),
  Link: text('The next page (RFC 8288); left out on the last', '</v1/origins?cursor=YWZ0ZXI6ZXU>; rel="next"'),
  AcceptPatch: text('How to patch (RFC 5789)', 'application/merge-patch+json'),
  WwwAuthenticate: text('How to authenticate (RFC 6750)', 'Bearer realm="weir", error="invalid_token"', true),
  RateLimit: text('How many more requests at once, and seconds until all of them', '"token";r=999;t=1'),
  RateLimitPolicy: text('Requests of one token in a window of seconds', '"token";q=1000;w=10'),
  RetryAfter: { description: 'Seconds until another try is worth it', schema: { type: 'integer' }, example: 1 },
} satisfies Headers;
