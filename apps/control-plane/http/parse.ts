import type { z } from 'zod';
import { Problem, type ProblemCode, type WrongField } from './problem.js';

/** Parses what came over the border, or refuses it with every wrong field at once. */
export function parseOrRefuse<T>(
  schema: z.ZodType<T>,
  value: unknown,
  code: Extract<ProblemCode, 'invalid-resource' | 'invalid-query'> = 'invalid-resource',
): T {
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.flatMap(wrongFields);
  const places = errors.map((error) => error.pointer || 'the whole').join(', ');
  throw new Problem(code, `wrong: ${places}`, errors);
}

function wrongFields(issue: z.core.$ZodIssue): readonly WrongField[] {
  const path = issue.path.map(String);
  if (issue.code !== 'unrecognized_keys') {
    return [{ pointer: jsonPointer(path), code: fieldCode(issue), detail: issue.message }];
  }
  return issue.keys.map((key) => ({
    pointer: jsonPointer([...path, key]),
    code: 'unknown-field',
    detail: 'is not a field of this resource',
  }));
}

function fieldCode(issue: z.core.$ZodIssue): string {
  // JSON has no undefined: a field that is undefined was left out.
  const isMissing = (issue.code === 'invalid_type' || issue.code === 'invalid_value') && issue.input === undefined;
  return isMissing ? 'missing-field' : 'invalid-value';
}

/** RFC 6901: `~` and `/` inside a name are escaped. */
function jsonPointer(path: readonly string[]): string {
  return path.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
