import { readFileSync } from 'node:fs';
import type { ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';

interface Header {
  readonly $ref?: string;
  readonly required?: boolean;
}

interface Response {
  readonly $ref?: string;
  readonly content?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, Header>>;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses: Record<string, Response> }>>>>;
  readonly components: {
    readonly responses: Readonly<Record<string, Response>>;
    readonly headers: Readonly<Record<string, Header>>;
  };
}

/** An answer as it came, and the request it came to. */
export interface ObservedAnswer {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

const FILE = new URL('../../openapi.yaml', import.meta.url);
const PROBLEM_TYPE = 'application/problem+json';
const PROBLEM = '#/components/schemas/Problem';

/** What openapi.yaml promises, held against what really comes. */
export class ApiContract {
  readonly #document = parse(readFileSync(FILE, 'utf8')) as Document;
  readonly #ajv: Ajv2020;

  constructor() {
    // OpenAPI has words of its own beside JSON Schema's.
    this.#ajv = new Ajv2020({ strict: false, allErrors: true });
    (addFormats as unknown as (ajv: Ajv2020) => void)(this.#ajv);
    this.#ajv.addSchema(this.#document, 'openapi');
  }

  /** Says where the answer is not as documented; empty when it is. */
  breaches(answer: ObservedAnswer): readonly string[] {
    // RFC 9110: as the answer to GET, without its content.
    if (answer.method === 'HEAD') return [];
    const template = this.#templateOf(answer.path);
    const operation = this.#document.paths[template ?? '']?.[answer.method.toLowerCase()];
    // Where nothing is documented there is nothing but a refusal, or what is no part of the API, such as its console.
    if (template === undefined || operation === undefined) return this.#bodyBreaches(answer, PROBLEM_TYPE, PROBLEM);
    const documented = operation.responses[String(answer.status)];
    if (documented === undefined) return [`status ${answer.status} is not documented`];
    const response = documented.$ref === undefined ? documented : this.#responseAt(documented.$ref);
    return [
      ...this.#headerBreaches(answer, response),
      ...this.#contentBreaches(answer, response, placeOf(template, answer, documented)),
    ];
  }

  /** Says where a request's body is not as documented; empty when it is, and where nothing is documented. */
  misfits({ method, path }: Pick<ObservedAnswer, 'method' | 'path'>, type: string, body: unknown): readonly string[] {
    const place = `#/paths/${escaped(this.#templateOf(path) ?? '')}/${method.toLowerCase()}/requestBody`;
    const validate = this.#ajv.getSchema(`openapi${place}/content/${escaped(type)}/schema`);
    return validate === undefined ? [] : violations(validate, body);
  }

  #templateOf(path: string): string | undefined {
    const segments = segmentsOf(path);
    const fitting = Object.keys(this.#document.paths).filter((template) => {
      const parts = segmentsOf(template);
      return (
        parts.length === segments.length &&
        // A parameter in a path is never empty.
        parts.every((part, index) => (part.startsWith('{') ? segments[index] !== '' : part === segments[index]))
      );
    });
    // A path that is spelt out goes before one with a parameter in its place.
    return fitting.sort((left, right) => left.split('{').length - right.split('{').length)[0];
  }

  #responseAt(reference: string): Response {
    return this.#document.components.responses[reference.split('/').at(-1) ?? ''] ?? {};
  }

  #headerBreaches({ headers }: ObservedAnswer, { headers: documented = {} }: Response): readonly string[] {
    return Object.entries(documented).flatMap(([name, { $ref, required }]) => {
      const shared = this.#document.components.headers[$ref?.split('/').at(-1) ?? ''];
      const isMissing = (required ?? shared?.required ?? false) && !headers.has(name);
      return isMissing ? [`header ${name} is missing`] : [];
    });
  }

  #contentBreaches(answer: ObservedAnswer, { content = {} }: Response, place: string): readonly string[] {
    const type = mediaTypeOf(answer.headers);
    const types = Object.keys(content);
    if (type === undefined) return types.length === 0 ? [] : [`it has no content, not ${types.join(' or ')}`];
    if (!types.includes(type)) return [`content of type ${type} is not documented`];
    return this.#bodyBreaches(answer, type, `${place}/content/${escaped(type)}/schema`);
  }

  #bodyBreaches({ headers, body }: ObservedAnswer, type: string, pointer: string): readonly string[] {
    if (mediaTypeOf(headers) !== type || !type.endsWith('json')) return [];
    const validate = this.#ajv.getSchema(`openapi${pointer}`);
    return validate === undefined ? [`there is no schema at ${pointer}`] : violations(validate, body);
  }
}

function violations(validate: ValidateFunction, value: unknown): readonly string[] {
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message = '' }) => `${instancePath || '/'} ${message}`);
}

function placeOf(template: string, { method, status }: ObservedAnswer, { $ref }: Response): string {
  return $ref ?? `#/paths/${escaped(template)}/${method.toLowerCase()}/responses/${status}`;
}

function segmentsOf(path: string): readonly string[] {
  return (path.split('?')[0] ?? '').split('/');
}

function mediaTypeOf(headers: Headers): string | undefined {
  return headers.get('content-type')?.split(';')[0];
}

/** As a part of a JSON Pointer inside a URI. */
function escaped(part: string): string {
  return encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));
}
