import { z } from 'zod';
import { type ProblemCode, type ProblemDocument, PROBLEMS } from './problem.js';

const wrongField = z
  .strictObject({
    pointer: z.string().describe('JSON Pointer into the body, or into the query'),
    code: z.string(),
    detail: z.string(),
  })
  .meta({ id: 'WrongField' });

export const problemSchema = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]),
    detail: z.string(),
    instance: z.string(),
    errors: z.array(wrongField).optional().describe('Every wrong field at once'),
  })
  .meta({ id: 'Problem', description: 'What went wrong (RFC 9457)' }) satisfies z.ZodType<ProblemDocument>;
