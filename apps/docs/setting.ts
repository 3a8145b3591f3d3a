import { z } from 'zod';

/** One environment variable, as a reader wants to know it. */
export interface Setting {
  readonly name: string;
  /** `null`: must be set. Empty: may be left out. */
  readonly default: string | null;
  /** What it may be, where that is not just text. */
  readonly range: string;
  readonly meaning: string;
}

interface VariableSchema {
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly format?: string;
}

/** Reads the settings out of the schema that checks them. Throws for one that says nothing of its meaning. */
export function settingsOf(variables: z.ZodObject): readonly Setting[] {
  const { properties = {} } = z.toJSONSchema(variables, { io: 'output', unrepresentable: 'any' });
  const schemas: Readonly<Record<string, z.ZodType>> = variables.shape;
  return Object.entries(schemas).map(([name, schema]) => {
    const described = properties[name] as VariableSchema;
    if (described.description === undefined) throw new Error(`${name} has no description`);
    return { name, default: defaultOf(schema), range: rangeOf(described), meaning: described.description };
  });
}

function defaultOf(schema: z.ZodType): string | null {
  const unset = schema.safeParse(undefined);
  if (!unset.success) return null;
  return typeof unset.data === 'string' || typeof unset.data === 'number' ? String(unset.data) : '';
}

function rangeOf({ type, enum: values, minimum, maximum, format }: VariableSchema): string {
  if (values !== undefined) return values.map((value) => `\`${value}\``).join(', ');
  if (format === 'uri') return 'URL';
  if (minimum === undefined || maximum === undefined) return '';
  return `${type === 'integer' ? 'whole number' : 'number'}, ${grouped(minimum)} to ${grouped(maximum)}`;
}

function grouped(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: 3 });
}
