import { applyDecorators } from '@nestjs/common';
import { ApiBody, type ApiBodyOptions, ApiOperation, ApiResponse } from '@nestjs/swagger';
import type { z } from 'zod';
import { type ProblemCode, problemDocument, Problem, PROBLEMS, type WrongField } from '../http/problem.js';

/** A worked example: what the console offers, and what a reader learns from. */
export interface Example {
  readonly summary: string;
  readonly value: unknown;
}

export type Examples = Readonly<Record<string, Example>>;

/** Names the operation: a line for lists, and what is worth knowing before one uses it. */
export function Operation(summary: string, description = ''): MethodDecorator {
  return ApiOperation({ summary, ...(description !== '' && { description }) });
}

/** Documents a body that is validated behind the controller, where what is stored is known. */
export function JsonBody(schema: z.ZodType, examples: Examples): MethodDecorator {
  // The typings do not know examples beside a standard schema.
  return ApiBody({ standardSchema: schema, examples } as unknown as ApiBodyOptions);
}

/** Documents a merge patch: any part of the resource, `null` to take a field out. */
export function MergePatchBody(examples: Examples): MethodDecorator {
  return ApiBody({
    schema: { type: 'object', additionalProperties: true, description: 'JSON merge patch (RFC 7396)' },
    examples,
  });
}

/** Documents the answer to a request that went well. */
export function Answer(status: number, description: string, schema: z.ZodType, examples: Examples): MethodDecorator {
  return ApiResponse({ status, description, standardSchema: schema, examples });
}

/** Documents an answer that is not JSON. */
export function TextAnswer(
  status: number,
  description: string,
  mediaType: string,
  examples: Examples,
): MethodDecorator {
  return ApiResponse({ status, description, content: { [mediaType]: { schema: { type: 'string' }, examples } } });
}

/** Documents an answer without a body. */
export function EmptyAnswer(status: number, description: string): MethodDecorator {
  return ApiResponse({ status, description });
}

/** One way a request can be refused, as an example of what the client gets. */
export interface Refusal {
  readonly code: ProblemCode;
  readonly detail: string;
  readonly instance: string;
  readonly errors?: readonly WrongField[];
  /** The answer says when to try again. */
  readonly retryAfterSeconds?: number;
}

const RETRY_AFTER = {
  'Retry-After': { description: 'Seconds until another try is worth it', schema: { type: 'integer' as const } },
};

/** Documents refusals, grouped by status. */
export function Refusals(...refusals: readonly Refusal[]): MethodDecorator {
  const statuses = [...new Set(refusals.map(({ code }) => PROBLEMS[code].status))];
  return applyDecorators(
    ...statuses.map((status) => {
      const those = refusals.filter(({ code }) => PROBLEMS[code].status === status);
      return ApiResponse({
        status,
        description: PROBLEMS[those[0]?.code ?? 'internal'].title,
        ...(those.some(({ retryAfterSeconds }) => retryAfterSeconds !== undefined) && { headers: RETRY_AFTER }),
        content: {
          'application/problem+json': {
            schema: { $ref: '#/components/schemas/Problem' },
            examples: Object.fromEntries(
              those.map((refusal, index) => [`${refusal.code}-${index + 1}`, problemExample(refusal)]),
            ),
          },
        },
      });
    }),
  );
}

function problemExample({ code, detail, instance, errors = [] }: Refusal): { summary: string; value: unknown } {
  return { summary: detail, value: problemDocument(new Problem(code, detail, errors), instance) };
}
