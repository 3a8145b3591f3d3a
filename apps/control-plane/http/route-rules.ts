import 'reflect-metadata';
import { RouteConfig } from '@nestjs/platform-fastify';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import type { FastifyContextConfig } from 'fastify';
import type { RequiredRole } from '../security/caller.js';

/** What an operation says of itself, beside its route, so that requests are refused before any of its code runs. */
export interface RouteRules {
  /** Media types its body may have. */
  readonly consumes?: readonly string[];
  /** Media types it answers with; without any, `Accept` makes no difference. */
  readonly produces?: readonly string[];
  /** Who may call it. */
  readonly access?: RequiredRole;
  /** Its body may be as long as this, instead of as long as any other. */
  readonly longestBodyBytes?: number;
  /** It reads its query, and refuses there what it does not know. */
  readonly takesQuery?: boolean;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Set on operations of the API and on nothing else. */
    rules?: RouteRules;
  }
}

/** Adds to what the decorators below it say of the operation. */
export function Rules(rules: RouteRules): MethodDecorator {
  return (target, key, descriptor) => {
    const others = Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, descriptor.value as object) as
      FastifyContextConfig | undefined;
    RouteConfig({ rules: { ...others?.rules, ...rules } })(target, key, descriptor);
  };
}
