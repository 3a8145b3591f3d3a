import { applyDecorators } from '@nestjs/common';
import {
  ApiBody,
  type ApiBodyOptions,
  ApiConsumes,
  ApiHeader,
  ApiOperation,
  ApiQuery,
  ApiResponse,
} from '@nestjs/swagger';
import { z } from 'zod';
import { Rules } from '../http/route-rules.js';
import { type ProblemCode, problemDocument, Problem, PROBLEMS, type WrongField } from '../http/problem.js';

const JSON_TYPE = 'application/json';

/** A worked example: what the console offers, and what a reader learns from. */
export interface Example {
  readonly summary: string;
  readonly value: unknown;
}

export type Examples = Readonly<Record<string, Example>>;

/** Names the operation: a line for lists, and what is worth knowing before one uses it. */
export function Operation(summary: string, description = ''): MethodDecorator {
  return applyDecorators(Rules({}), ApiOperation({ summary, ...(description !== '' && { description }) }));
}

interface DescribedProperty {
  readonly description?: string;
  readonly examples?: readonly unknown[];
}

/** Documents a query that the operation parses itself. */
export function QueryParameters(schema: z.ZodObject): MethodDecorator {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input', target: 'draft-2020-12' });
  return applyDecorators(
    Rules({ takesQuery: true }),
    ...Object.entries(properties).map(([name, property]) => {
      const { description = '', examples = [], ...described } = property as DescribedProperty;
      const schema = { ...described, ...(examples.length > 0 && { example: examples[0] }) };
      const options = { name, description, required: required.includes(name), schema };
      return ApiQuery(options);
    }),
  );
}

const PRECONDITIONS = {
  'If-Match': 'An ETag: the write is made only if the resource still has it; 412 otherwise. `*`: only if it exists',
  'If-None-Match': '`*`: only create, never replace; 412 otherwise',
} as const;

/** Documents preconditions that the operation honours. */
export function Conditional(...headers: readonly (keyof typeof PRECONDITIONS)[]): MethodDecorator {
  return applyDecorators(
    ...headers.map((name) => ApiHeader({ name, required: false, description: PRECONDITIONS[name] })),
  );
}

/** Documents a body that is validated behind the controller, where what is stored is known. */
export function JsonBody(schema: z.ZodType, examples: Examples): MethodDecorator {
  return applyDecorators(
    Rules({ consumes: [JSON_TYPE] }),
    // The typings do not know examples beside a standard schema.
    ApiBody({ standardSchema: schema, examples } as unknown as ApiBodyOptions),
  );
}

const MERGE_PATCH = 'application/merge-patch+json';

/** Documents a merge patch: any part of the resource, `null` to take a field out. */
export function MergePatchBody(examples: Examples): MethodDecorator {
  return applyDecorators(
    Rules({ consumes: [MERGE_PATCH] }),
    ApiConsumes(MERGE_PATCH),
    ApiBody({
      schema: { type: 'object', additionalProperties: true, description: 'JSON merge patch (RFC 7396)' },
      examples,
    }),
  );
}

/** Documents the answer to a request that went well. */
export function Answer(status: number, description: string, schema: z.ZodType, examples: Examples): MethodDecorator {
  return applyDecorators(
    Rules({ produces: [JSON_TYPE] }),
    ApiResponse({ status, description, standardSchema: schema, examples }),
  );
}

/** Documents an answer that is not JSON. */
export function TextAnswer(
  status: number,
  description: string,
  mediaType: string,
  examples: Examples,
): MethodDecorator {
  return applyDecorators(
    Rules({ produces: [mediaType] }),
    ApiResponse({ status, description, content: { [mediaType]: { schema: { type: 'string' }, examples } } }),
  );
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

const RETRY_AFTER = { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } };

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
