import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { toJsonSchema } from './json-schema.js';

const inner = z.strictObject({ weight: z.int().default(1) }).meta({ id: 'Inner' });
const plain = z.strictObject({ text: z.string() }).meta({ id: 'Plain' });
const outer = z.strictObject({ inner, plain }).meta({ id: 'Outer' });

function converted(schema: z.ZodType, schemaType: 'input' | 'output') {
  const answer = toJsonSchema(schema, { schemaType });
  if (answer === undefined) throw new Error('not converted');
  return answer;
}

describe('toJsonSchema', () => {
  it('knows nothing but zod', () => {
    expect(toJsonSchema({ type: 'string' }, { schemaType: 'input' })).toBeUndefined();
    expect(toJsonSchema(undefined, { schemaType: 'output' })).toBeUndefined();
  });

  it('gives what is read the schemas’ own names', () => {
    const { components } = converted(z.array(outer), 'output');
    expect(Object.keys(components).sort()).toEqual(['Inner', 'Outer', 'Plain']);
    expect(components['Inner']).toMatchObject({ required: ['weight'] });
  });

  it('gives what is written other names where it differs, directly or through what it refers to', () => {
    const { schema, components } = converted(z.array(outer), 'input');
    expect(Object.keys(components).sort()).toEqual(['InnerInput', 'OuterInput', 'Plain']);
    expect(components['InnerInput']).not.toHaveProperty('required');
    expect(components['OuterInput']).toMatchObject({
      properties: { inner: { $ref: '#/$defs/InnerInput' }, plain: { $ref: '#/$defs/Plain' } },
    });
    expect(schema).toMatchObject({ items: { $ref: '#/$defs/OuterInput' } });
  });

  it('refers to nothing it does not define', () => {
    for (const schemaType of ['input', 'output'] as const) {
      const answer = converted(z.array(outer), schemaType);
      for (const [, name] of JSON.stringify(answer).matchAll(/"#\/\$defs\/([^"]+)"/g)) {
        expect(Object.keys(answer.components)).toContain(name);
      }
    }
  });

  it('leaves out what is said for JavaScript’s sake only', () => {
    const { schema } = converted(z.strictObject({ id: z.int(), name: z.string().regex(/^a/) }), 'output');
    expect(schema).toEqual({
      type: 'object',
      properties: { id: { type: 'integer' }, name: { type: 'string', pattern: '^a' } },
      required: ['id', 'name'],
      additionalProperties: false,
    });
  });

  it('keeps bounds that were meant', () => {
    expect(converted(z.int().min(0).max(65_535), 'output').schema).toEqual({
      type: 'integer',
      minimum: 0,
      maximum: 65_535,
    });
  });

  it('names the field that tells alternatives apart', () => {
    const check = z.discriminatedUnion('protocol', [
      z.strictObject({ protocol: z.literal('TCP') }),
      z.strictObject({ protocol: z.literal('HTTP'), path: z.string() }),
    ]);
    expect(converted(check, 'output').schema).toMatchObject({ discriminator: { propertyName: 'protocol' } });
  });

  it('names no field for alternatives that a client may write without it', () => {
    const forwarding = z.discriminatedUnion('method', [
      z.strictObject({ method: z.literal('masquerade').optional().default('masquerade') }),
      z.strictObject({ method: z.literal('tunnel') }),
    ]);
    expect(converted(forwarding, 'input').schema).not.toHaveProperty('discriminator');
    expect(converted(forwarding, 'output').schema).toMatchObject({ discriminator: { propertyName: 'method' } });
  });
});
