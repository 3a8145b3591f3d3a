import fc from 'fast-check';
import { type Json, type JsonSchema, resolved } from './api-document.js';
import type { Vocabulary } from './vocabulary.js';

const ABSENT = Symbol('absent');

/** Values that fit the schema of `field`; the vocabulary tells what its name promises beyond that. */
export function valueOf(schema: JsonSchema, vocabulary: Vocabulary, field = ''): fc.Arbitrary<Json> {
  const { anyOf, oneOf, enum: values, type, ...rest } = resolved(schema);
  const alternatives = anyOf ?? oneOf;
  if (alternatives !== undefined)
    return fc.oneof(...alternatives.map((alternative) => valueOf(alternative, vocabulary, field)));
  if (values !== undefined) return fc.constantFrom(...values);
  const types = [type ?? 'object'].flat();
  return fc.oneof(...types.map((one) => valueOfType(one, rest, vocabulary, field)));
}

function valueOfType(type: string, schema: JsonSchema, vocabulary: Vocabulary, field: string): fc.Arbitrary<Json> {
  switch (type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return integerOf(schema);
    case 'number':
      return fc.oneof(integerOf(schema), numberOf(schema));
    case 'string':
      return vocabulary[field] ?? textOf(schema);
    case 'array':
      return listOf(schema, vocabulary, field);
    case 'object':
      return objectOf(schema, vocabulary);
    default:
      throw new Error(`values of type ${type} cannot be generated`);
  }
}

const HIGHEST = 1_000_000;

/** Often on a boundary. */
function integerOf({ minimum, maximum = HIGHEST, exclusiveMinimum }: JsonSchema): fc.Arbitrary<number> {
  const min = Math.ceil(minimum ?? (exclusiveMinimum === undefined ? -HIGHEST : exclusiveMinimum + 1));
  return fc.oneof(fc.constantFrom(min, maximum), fc.integer({ min, max: Math.floor(maximum) }));
}

function numberOf({ minimum, maximum = Number.MAX_VALUE, exclusiveMinimum }: JsonSchema): fc.Arbitrary<number> {
  const min = minimum ?? exclusiveMinimum ?? -Number.MAX_VALUE;
  const drawn = fc.double({ min, max: maximum, noNaN: true, minExcluded: exclusiveMinimum !== undefined });
  // JSON has no negative zero.
  return drawn.map((value) => (value === 0 ? 0 : value));
}

function textOf({ pattern, format, minLength = 0, maxLength = 40 }: JsonSchema): fc.Arbitrary<string> {
  if (format === 'date-time') return fc.date({ noInvalidDate: true, ...DATES }).map((date) => date.toISOString());
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern), { maxLength });
  return fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength, 255) }).filter(isWithin(maxLength));
}

const DATES = { min: new Date('1970-01-01T00:00:00Z'), max: new Date('2999-12-31T00:00:00Z') };

/** A grapheme may have several code units, by which length is counted. */
function isWithin(maxLength: number): (text: string) => boolean {
  return (text) => text.length <= maxLength;
}

const LONGEST_LIST = 2;

function listOf(
  { items = {}, minItems = 0, maxItems = LONGEST_LIST }: JsonSchema,
  vocabulary: Vocabulary,
  field: string,
): fc.Arbitrary<Json> {
  const bounds = { minLength: minItems, maxLength: Math.max(minItems, Math.min(maxItems, LONGEST_LIST)) };
  // Where an entry may not be repeated the document cannot say so.
  return fc.uniqueArray(valueOf(items, vocabulary, field), { ...bounds, selector: (value) => keyOf(value) });
}

function keyOf(value: Json): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return JSON.stringify(value);
  const { origin, address, port } = value as Readonly<Record<string, Json>>;
  return JSON.stringify(origin ?? address ?? port ?? value);
}

function objectOf(
  { properties = {}, required = [], propertyNames, additionalProperties }: JsonSchema,
  vocabulary: Vocabulary,
): fc.Arbitrary<Json> {
  if (typeof additionalProperties === 'object') {
    const names = propertyNames === undefined ? fc.string({ maxLength: 8 }) : valueOf(propertyNames, vocabulary);
    return fc.dictionary(names as fc.Arbitrary<string>, valueOf(additionalProperties, vocabulary), { maxKeys: 3 });
  }
  const fields = Object.entries(properties).map(([name, schema]): [string, fc.Arbitrary<Json | typeof ABSENT>] => [
    name,
    required.includes(name) ? valueOf(schema, vocabulary, name) : optional(valueOf(schema, vocabulary, name)),
  ]);
  return fc.record(Object.fromEntries(fields)).map(withoutAbsent);
}

function optional(value: fc.Arbitrary<Json>): fc.Arbitrary<Json | typeof ABSENT> {
  return fc.oneof({ weight: 5, arbitrary: fc.constant(ABSENT) }, { weight: 1, arbitrary: value });
}

function withoutAbsent(record: Readonly<Record<string, Json | typeof ABSENT>>): Json {
  return Object.fromEntries(Object.entries(record).filter((entry): entry is [string, Json] => entry[1] !== ABSENT));
}
