import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { TokenRole } from '#core/model/access-token.js';
import type { EdgeName } from '#core/model/name.js';
import { Problem } from '../http/problem.js';

/** What an operation asks of its caller. `anyone` needs no token. */
export type RequiredRole = TokenRole | 'anyone';

/** Who sends a request. */
export interface Caller {
  /** Of the token; `null` when authentication is off. */
  readonly tokenId: string | null;
  readonly name: string;
  readonly role: TokenRole;
  readonly edge: EdgeName | null;
}

/** Whoever calls while authentication is off. */
export const UNKNOWN_CALLER: Caller = { tokenId: null, name: 'unauthenticated', role: 'admin', edge: null };

declare module 'fastify' {
  interface FastifyRequest {
    /** `null` on operations that need no token. */
    caller: Caller | null;
  }
}

const RANKS = { viewer: 1, operator: 2, admin: 3 } as const;

/** Agents' tokens are for the agent channel, and the agent channel is for them. */
export function mayCall(caller: Caller, required: TokenRole): boolean {
  if (caller.tokenId === null) return true;
  if (caller.role === 'edge' || required === 'edge') return caller.role === required;
  return RANKS[caller.role] >= RANKS[required];
}

/** An agent speaks for its own edge alone. Throws `Problem`. */
export function refuseForeignEdge({ tokenId, name, edge: own }: Caller, edge: string): void {
  if (tokenId === null || own === edge) return;
  throw new Problem('forbidden', `token "${name}" is for edge "${String(own)}", not for "${edge}"`);
}

/** Hands an operation whoever called it. */
export const CalledBy = createParamDecorator((_data: unknown, context: ExecutionContext): Caller => {
  return context.switchToHttp().getRequest<FastifyRequest>().caller ?? UNKNOWN_CALLER;
});
