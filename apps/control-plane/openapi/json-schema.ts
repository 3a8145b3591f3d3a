import { z } from 'zod';

type JsonSchema = Record<string, unknown>;
type Definitions = Readonly<Record<string, JsonSchema>>;

/** A schema as the document holds it, and the components it refers to. */
export interface ConvertedSchema {
  readonly schema: JsonSchema;
  readonly components: Definitions;
}

/**
 * Turns a zod schema into JSON Schema 2020-12. Nest would ask zod for OpenAPI 3.0 and give what is written and what is
 * read one name, although a field with a default may be left out of one and never of the other; here the written form
 * is called `XInput` where it differs.
 */
export function toJsonSchema(
  schema: unknown,
  { schemaType }: { readonly schemaType: 'input' | 'output' },
): ConvertedSchema | undefined {
  if (!(schema instanceof z.ZodType)) return undefined;
  const wanted = convert(schema, schemaType);
  if (schemaType === 'output') return wanted;
  const changed = differing(wanted.components, convert(schema, 'output').components);
  const rename = (name: string): string => (changed.has(name) ? `${name}Input` : name);
  return {
    schema: mapReferences(wanted.schema, rename),
    components: Object.fromEntries(
      Object.entries(wanted.components).map(([name, definition]) => [rename(name), mapReferences(definition, rename)]),
    ),
  };
}

function convert(schema: z.ZodType, io: 'input' | 'output'): ConvertedSchema {
  const { $defs = {}, ...rest } = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io,
    override: (context) => {
      tidy(context, io);
    },
  }) as JsonSchema & {
    $defs?: Definitions;
  };
  delete rest['$schema'];
  return { schema: rest, components: $defs };
}

interface ConvertedNode {
  readonly zodSchema: z.core.$ZodTypes;
  readonly jsonSchema: z.core.JSONSchema.BaseSchema;
}

/** Takes out what zod adds for JavaScript's sake, and adds what OpenAPI has a word for. */
function tidy({ zodSchema, jsonSchema }: ConvertedNode, io: 'input' | 'output'): void {
  if (jsonSchema.format === 'regex') delete jsonSchema.format;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  const { def } = zodSchema._zod;
  if (def.type === 'union' && 'discriminator' in def) {
    const propertyName = String(def.discriminator);
    // OpenAPI wants the field that tells alternatives apart in each of them.
    if (def.options.every((option) => isRequiredIn(option, propertyName, io)))
      Object.assign(jsonSchema, { discriminator: { propertyName } });
  }
}

function isRequiredIn(option: z.core.$ZodType, property: string, io: 'input' | 'output'): boolean {
  const { def } = (option as z.core.$ZodTypes)._zod;
  const field = def.type === 'object' ? def.shape[property] : undefined;
  return field !== undefined && field._zod[io === 'input' ? 'optin' : 'optout'] === undefined;
}

/** Names whose definitions differ between the two, directly or through what they refer to. */
function differing(input: Definitions, output: Definitions): ReadonlySet<string> {
  const isChanged = ([name, definition]: [string, JsonSchema]): boolean =>
    JSON.stringify(definition) !== JSON.stringify(output[name]);
  const found = new Set(
    Object.entries(input)
      .filter(isChanged)
      .map(([name]) => name),
  );
  for (let before = -1; before !== found.size;) {
    before = found.size;
    for (const [name, definition] of Object.entries(input)) {
      if (referencesOf(definition).some((reference) => found.has(reference))) found.add(name);
    }
  }
  return found;
}

const REFERENCE = /"\$ref":"#\/\$defs\/([^"]+)"/g;

function referencesOf(definition: JsonSchema): readonly string[] {
  return [...JSON.stringify(definition).matchAll(REFERENCE)].map((match) => String(match[1]));
}

function mapReferences(definition: JsonSchema, rename: (name: string) => string): JsonSchema {
  const renamed = JSON.stringify(definition).replace(
    REFERENCE,
    (_all, name: string) => `"$ref":"#/$defs/${rename(name)}"`,
  );
  return JSON.parse(renamed) as JsonSchema;
}
