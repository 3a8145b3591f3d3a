import type { OpenAPIObject } from '@nestjs/swagger';
import { COMMON_HEADERS, COMMON_RESPONSES, type CommonResponse, RATE_HEADERS } from './common-responses.js';

type Document = Pick<OpenAPIObject, 'paths' | 'components'>;
type PathItem = OpenAPIObject['paths'][string];
type Operation = NonNullable<PathItem['get']>;
type Response = Extract<NonNullable<Operation['responses'][string]>, { description: string }>;

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/**
 * Adds to every operation what follows from what it is: the refusals that any request of its kind can meet, and the
 * headers of its answers. What an operation documents of itself stays.
 */
export function completeDocument(document: Document): void {
  const components = (document.components ??= {});
  Object.assign((components.responses ??= {}), COMMON_RESPONSES);
  Object.assign((components.headers ??= {}), COMMON_HEADERS);
  for (const path of Object.values(document.paths)) {
    for (const method of METHODS) {
      const operation = path[method];
      if (operation !== undefined) complete(method, operation);
    }
  }
}

function complete(method: (typeof METHODS)[number], operation: Operation): void {
  const { responses } = operation;
  const traits = traitsOf(method, operation);
  for (const [status, name] of commonResponses(traits)) {
    responses[status] ??= { $ref: `#/components/responses/${name}` };
  }
  for (const [status, response] of Object.entries(responses)) {
    if (response !== undefined && 'description' in response)
      response.headers = { ...response.headers, ...headersOf(traits, status, response) };
  }
}

interface Traits {
  readonly isRead: boolean;
  readonly isSecured: boolean;
  readonly isCreation: boolean;
  readonly isJson: boolean;
  readonly isAnsweredWithContent: boolean;
  readonly hasPathParameter: boolean;
  readonly isPaged: boolean;
  readonly isStored: boolean;
  readonly isConditional: boolean;
}

function traitsOf(method: string, { parameters = [], responses, security = [] }: Operation): Traits {
  const has = (place: string, name: string): boolean =>
    parameters.some((other) => 'in' in other && other.in === place && other.name === name);
  const types = Object.entries(responses).flatMap(([status, response]) =>
    status.startsWith('2') && response !== undefined && 'description' in response
      ? Object.keys(response.content ?? {})
      : [],
  );
  return {
    isRead: method === 'get',
    isSecured: security.some((scheme) => Object.keys(scheme).length > 0),
    isCreation: method === 'post',
    isJson: types.includes('application/json'),
    isAnsweredWithContent: types.length > 0,
    hasPathParameter: parameters.some((other) => 'in' in other && other.in === 'path'),
    isPaged: has('query', 'cursor'),
    isStored: has('query', 'dryRun'),
    isConditional: has('header', 'If-Match'),
  };
}

function commonResponses(traits: Traits): readonly (readonly [string, CommonResponse])[] {
  const { isRead, isSecured, isJson, isAnsweredWithContent, hasPathParameter, isConditional } = traits;
  const all: readonly (readonly [boolean, string, CommonResponse])[] = [
    [isRead && isJson, '304', 'NotModified'],
    [true, '400', 'BadRequest'],
    [isSecured, '401', 'Unauthenticated'],
    [isSecured, '503', 'Unavailable'],
    [isSecured, '403', 'Forbidden'],
    [hasPathParameter, '404', 'NotFound'],
    [isAnsweredWithContent, '406', 'NotAcceptable'],
    [isConditional, '412', 'PreconditionFailed'],
    // Clients may send a body with anything but a read, though some operations take none.
    [!isRead, '413', 'PayloadTooLarge'],
    [!isRead, '415', 'UnsupportedMediaType'],
    [isSecured, '429', 'TooManyRequests'],
    [true, '500', 'Internal'],
  ];
  return all.flatMap(([applies, status, name]) => (applies ? [[status, name] as const] : []));
}

function headersOf(traits: Traits, status: string, { content }: Response): Response['headers'] {
  const { isRead, isSecured, isCreation, isJson, isPaged, isStored } = traits;
  if (!status.startsWith('2')) return {};
  const isTagged = isJson && content !== undefined && (isRead || isStored);
  return {
    ...(isSecured && RATE_HEADERS),
    ...(isTagged && { ETag: { $ref: '#/components/headers/ETag' } }),
    ...(isCreation && isStored && { Location: { $ref: '#/components/headers/Location' } }),
    ...(isPaged && { Link: { $ref: '#/components/headers/Link' } }),
  };
}
