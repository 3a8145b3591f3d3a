import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Precondition } from './entity-tag.js';
import { UNKNOWN_CALLER } from '../security/caller.js';
import { SYSTEM_CLOCK } from '../system-clock.js';
import { parseOrRefuse } from './parse.js';

export const writeQuerySchema = z.strictObject({
  dryRun: z
    .enum(['true', 'false'])
    .default('false')
    .describe('true: everything is checked and answered as if it were done, and nothing is stored'),
});

/** How a write is to be made, beside what is written. */
export interface WriteRequest {
  /** Check and answer as if, but store nothing. */
  readonly isDryRun: boolean;
  readonly precondition: Precondition;
  /** Who asked, and when, for the event that tells of it. */
  readonly actor: string;
  readonly requestId: string;
  readonly atMs: number;
}

/** Hands an operation that writes its `WriteRequest`. */
export const Write = createParamDecorator((_data: unknown, context: ExecutionContext) =>
  writeRequestOf(context.switchToHttp().getRequest<FastifyRequest>()),
);

function writeRequestOf({ query, headers, caller, id }: FastifyRequest): WriteRequest {
  const { dryRun } = parseOrRefuse(writeQuerySchema, query, 'invalid-query');
  return {
    isDryRun: dryRun === 'true',
    precondition: { ifMatch: headers['if-match'], ifNoneMatch: headers['if-none-match'] },
    actor: (caller ?? UNKNOWN_CALLER).name,
    requestId: id,
    atMs: SYSTEM_CLOCK.nowMs(),
  };
}
