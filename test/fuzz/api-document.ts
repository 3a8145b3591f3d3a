import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** As much of JSON Schema as openapi.yaml uses for what clients send. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly Json[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly propertyNames?: JsonSchema;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
}

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly schema: JsonSchema;
}

export interface DocumentedOperation {
  /** As `PUT /v1/origins/{name}`. */
  readonly name: string;
  readonly method: string;
  readonly template: string;
  readonly parameters: readonly Parameter[];
  /** `null` where none is taken. */
  readonly body: { readonly mediaType: string; readonly schema: JsonSchema } | null;
}

interface WithContent {
  readonly content?: Readonly<Record<string, { readonly schema: JsonSchema }>>;
}

interface RawOperation {
  readonly parameters: readonly Parameter[];
  readonly requestBody?: WithContent;
  readonly responses: Readonly<Record<string, WithContent>>;
}

type Methods = Readonly<Record<string, RawOperation>>;

const document = parse(readFileSync(new URL('../../openapi.yaml', import.meta.url), 'utf8')) as {
  readonly paths: Readonly<Record<string, Methods>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
};

export const OPERATIONS: readonly DocumentedOperation[] = Object.entries(document.paths).flatMap(
  ([template, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${template}`,
      method: method.toUpperCase(),
      template,
      parameters: operation.parameters,
      body: bodyOf(operation, methods),
    })),
);

function bodyOf({ requestBody }: RawOperation, { get }: Methods): DocumentedOperation['body'] {
  const [content] = Object.entries(requestBody?.content ?? {});
  if (content === undefined) return null;
  const [mediaType, { schema }] = content;
  return { mediaType, schema: mediaType.includes('merge-patch') ? partOf(schema, get) : schema };
}

/** The document says of a merge patch only that it is an object: it is any part of what a read answers. */
function partOf(patch: JsonSchema, read: RawOperation | undefined): JsonSchema {
  const shown = read?.responses['200']?.content?.['application/json']?.schema;
  return shown === undefined ? patch : { ...resolved(shown), required: [] };
}

/** The schema itself, where it is given by reference. */
export function resolved(schema: JsonSchema): JsonSchema {
  if (schema.$ref === undefined) return schema;
  const component = document.components.schemas[schema.$ref.split('/').at(-1) ?? ''];
  if (component === undefined) throw new Error(`openapi.yaml has no ${schema.$ref}`);
  return component;
}
