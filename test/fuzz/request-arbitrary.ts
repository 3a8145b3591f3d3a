import fc from 'fast-check';
import { type DocumentedOperation, type Json, type JsonSchema, OPERATIONS, type Parameter } from './api-document.js';
import { broken, garbled, ODD_TEXT } from './defects.js';
import { valueOf } from './schema-arbitrary.js';
import { EDGES, type Vocabulary, vocabularyOf } from './vocabulary.js';

/** A request as it goes over the wire, and what it was made from. */
export interface FuzzedRequest {
  readonly operation: string;
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** What the body says, where it is JSON and nothing garbled it. */
  readonly content?: Json | undefined;
}

/** One part of a request is as documented three times out of four; so about a third of requests are wholly so. */
function mostly<T>(right: fc.Arbitrary<T>, wrong: fc.Arbitrary<T>, weight = 3): fc.Arbitrary<T> {
  return fc.oneof({ weight, arbitrary: right }, { weight: 1, arbitrary: wrong });
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

export function anyRequest(): fc.Arbitrary<FuzzedRequest> {
  return fc.oneof(...OPERATIONS.map(requestOf));
}

function requestOf(operation: DocumentedOperation): fc.Arbitrary<FuzzedRequest> {
  const { name, template, parameters, body } = operation;
  const vocabulary = vocabularyOf(operation);
  return fc
    .record({
      method: mostly(fc.constant(operation.method), fc.constantFrom(...METHODS), 20),
      path: pathOf(template, parameters, vocabulary),
      query: queryOf(parameters, vocabulary),
      headers: headersOf(parameters, body?.mediaType ?? null),
      body:
        body === null ? mostly(fc.constant(NOTHING), fc.constant({ text: '{}' }), 20) : bodyOf(body.schema, vocabulary),
    })
    .map(({ method, path, query, headers, body: sent }) => {
      const { 'content-type': type = '', ...others } = headers;
      const isSent = sent.text !== null && method !== 'GET' && method !== 'HEAD';
      return {
        operation: name,
        method,
        path: query === '' ? path : `${path}?${query}`,
        headers: isSent && type !== '' ? headers : others,
        body: isSent ? sent.text : null,
        content: isSent ? sent.content : undefined,
      };
    });
}

interface Body {
  readonly text: string | null;
  readonly content?: Json;
}

const NOTHING: Body = { text: null };

function bodyOf(schema: JsonSchema, vocabulary: Vocabulary): fc.Arbitrary<Body> {
  const right = valueOf(schema, vocabulary);
  const asJson = (content: Json): Body => ({ text: JSON.stringify(content), content });
  return fc.oneof(
    { weight: 6, arbitrary: right.map(asJson) },
    { weight: 4, arbitrary: broken(right).map(asJson) },
    { weight: 1, arbitrary: garbled(right.map((content) => JSON.stringify(content))).map((text): Body => ({ text })) },
  );
}

function pathOf(template: string, parameters: readonly Parameter[], vocabulary: Vocabulary): fc.Arbitrary<string> {
  const names = parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name);
  const right = fc.record(Object.fromEntries(names.map((name) => [name, vocabulary[name] ?? ODD_SEGMENT])));
  const wrong = fc.record(Object.fromEntries(names.map((name) => [name, ODD_SEGMENT])));
  return mostly(right, wrong, 8).map((values) =>
    template.replace(/\{(\w+)\}/g, (_all, name: string) => String(values[name])),
  );
}

const ODD_SEGMENT = fc.oneof(
  ODD_TEXT.filter((text) => text.length < 5_000).map(percentEncoded),
  fc.constantFrom('%', '%zz', '%C3', '%2e%2e', '..', '.', ';x=1', 'a%2Fb', '*', '1e3', '-1', '9'.repeat(30)),
);

function queryOf(parameters: readonly Parameter[], vocabulary: Vocabulary): fc.Arbitrary<string> {
  const own = parameters.filter((parameter) => parameter.in === 'query');
  const part = (parameter: Parameter): fc.Arbitrary<string> =>
    mostly(valueOf(parameter.schema, vocabulary, parameter.name).map(String), ODD_TEXT, 6).map((value) =>
      queryPart(parameter.name, value),
    );
  const right = fc
    .tuple(...own.map((parameter) => (parameter.required ? part(parameter) : fc.option(part(parameter), { nil: '' }))))
    .map((parts) => parts.filter((text) => text !== '').join('&'));
  const wrong = fc.tuple(
    right,
    fc.constantFrom('force=true', 'limit', '=', '&&', 'limit=1&limit=2', 'a[b]=c', '__proto__=1', '%zz=1', 'limit=%zz'),
  );
  return mostly(
    right,
    wrong.map((parts) => parts.join('&')),
    12,
  );
}

function queryPart(name: string, value: string): string {
  return `${name}=${percentEncoded(value).slice(0, 8_000)}`;
}

/** Half of a pair of surrogates cannot be said in UTF-8. */
function percentEncoded(text: string): string {
  return encodeURIComponent(Buffer.from(text).toString());
}

const ODD_HEADER = fc.oneof(
  fc.constantFrom(
    '',
    '*',
    '"',
    '""',
    'W/"x"',
    '"a", "b"',
    ',,,',
    '"1-1"',
    '"\u00e9"',
    'x'.repeat(2_000),
    '-1',
    '99999999999999999999',
  ),
  fc.stringMatching(/^[\x21-\x7e][\x20-\x7e]{0,30}[\x21-\x7e]$/),
);

const TYPES = [
  'application/json',
  'application/merge-patch+json',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/json; charset=utf-16',
  'APPLICATION/JSON',
  'application/json;;',
  'json',
  '/',
  '',
];

const ACCEPTS = [
  '*/*',
  'application/json',
  'application/*;q=0.1',
  'text/html',
  'application/json;q=0',
  '',
  ';',
  'a/b/c',
  '*',
];

/** No poll may wait here: whoever waits is not asked the next question. */
const PREFERENCES = ['wait=0', 'wait=', 'wait=x', 'respond-async', 'wait=-5', ', ,', 'handling=strict'];

function headersOf(parameters: readonly Parameter[], mediaType: string | null): fc.Arbitrary<Record<string, string>> {
  const own = parameters.filter((parameter) => parameter.in === 'header').map(({ name }) => name.toLowerCase());
  const conditions = ['if-match', 'if-none-match', 'last-event-id'].filter((name) => own.includes(name));
  const prefer = own.includes('prefer') ? { prefer: fc.constantFrom(...PREFERENCES) } : {};
  const chosen = fc.record({ ...prefer, ...Object.fromEntries(conditions.map((name) => [name, ODD_HEADER])) });
  return fc
    .record({
      own: mostly(fc.constant<Record<string, string>>({}), chosen as fc.Arbitrary<Record<string, string>>, 4),
      type: mostly(fc.constant(mediaType ?? 'application/json'), fc.constantFrom(...TYPES), 12),
      accept: mostly(fc.constant('*/*'), fc.constantFrom(...ACCEPTS), 12),
    })
    .map(({ own: given, type, accept }) => ({ ...given, 'content-type': type, accept }));
}

/** The edge a request is about, where it names one whose token is at hand. */
export function edgeNamedBy({ path, content }: FuzzedRequest): string | null {
  const inQuery = /[?&]edge=([a-z0-9-]+)/.exec(path)?.[1];
  const inBody = typeof content === 'object' && content !== null && 'edge' in content ? content['edge'] : undefined;
  return EDGES.find((edge) => edge === (inQuery ?? inBody)) ?? null;
}
