import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';
import { Problem } from './problem.js';
import type { RouteRules } from './route-rules.js';

/** Refuses, before a body is read or in the midst of it, requests that do not fit what their operation says of itself. */
export function keepRequestRules(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    const longest = route.config?.rules?.longestBodyBytes;
    if (longest !== undefined) route.bodyLimit = longest;
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    const { rules } = request.routeOptions.config;
    done(rules === undefined ? undefined : (breach(rules, request, reply) ?? undefined));
  });
}

function breach(rules: RouteRules, request: FastifyRequest, reply: FastifyReply): Problem | null {
  return notAcceptable(rules, request) ?? unsupportedType(rules, request, reply) ?? unknownQuery(rules, request);
}

function notAcceptable({ produces = [] }: RouteRules, request: FastifyRequest): Problem | null {
  if (produces.length === 0 || new Negotiator(request.raw).mediaType([...produces]) !== undefined) return null;
  return new Problem('not-acceptable', `this is answered as ${produces.join(' or ')}; Accept leaves that out`);
}

function unsupportedType({ consumes = [] }: RouteRules, request: FastifyRequest, reply: FastifyReply): Problem | null {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type === undefined || consumes.length === 0 || consumes.includes(type)) return null;
  // RFC 5789: whoever patched in another language is told which is spoken.
  if (request.method === 'PATCH') void reply.header('accept-patch', consumes.join(', '));
  return new Problem('unsupported-media-type', `"${type}" is not taken here; send ${consumes.join(' or ')}`);
}

/** Whoever adds a query expects it to change what is done, and it must not be done without it. */
function unknownQuery({ takesQuery = false }: RouteRules, request: FastifyRequest): Problem | null {
  const names = takesQuery ? [] : Object.keys(request.query as object);
  if (names.length === 0) return null;
  const errors = names.map((name) => ({
    pointer: `/${name}`,
    code: 'unknown-field',
    detail: 'is not known here',
  }));
  return new Problem('invalid-query', `wrong: ${errors.map(({ pointer }) => pointer).join(', ')}`, errors);
}
