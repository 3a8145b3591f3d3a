import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';
import type { TokenRole } from '#core/model/access-token.js';
import { Problem } from '../http/problem.js';
import type { Authenticator } from './authenticator.js';
import { type Caller, mayCall, type RequiredRole, UNKNOWN_CALLER } from './caller.js';
import { refuseForeignCertificate } from './client-certificate.js';
import type { RateLimiter, RateState } from './rate-limiter.js';
import { readToken } from './token-secret.js';

export interface GatekeeperParts {
  readonly authenticator: Authenticator;
  /** Requests of each token. */
  readonly requests: RateLimiter;
  /** Tokens that were not known, by where they came from. */
  readonly failures: RateLimiter;
  /** Off, everybody may do everything; for a machine's own loopback. */
  readonly isAuthenticating: boolean;
  /** Agents must show a certificate of their edge besides their token. */
  readonly isAskingForCertificates: boolean;
}

/** Lets requests in by what their operations ask for, before any of their body is read. */
export class Gatekeeper {
  constructor(private readonly parts: GatekeeperParts) {}

  guard(fastify: FastifyInstance): void {
    fastify.decorateRequest('caller', null);
    fastify.addHook('onRequest', async (request, reply) => {
      const { rules } = request.routeOptions.config;
      if (rules !== undefined) request.caller = await this.#admit(rules.access, request, reply);
    });
  }

  async #admit(access: RequiredRole | undefined, request: FastifyRequest, reply: FastifyReply): Promise<Caller | null> {
    if (access === 'anyone') return null;
    if (access === undefined) throw new Error(`${request.method} ${request.url} does not say who may call it`);
    if (!this.parts.isAuthenticating) return UNKNOWN_CALLER;
    const caller = await this.#authenticate(request, reply);
    this.#count(caller, reply);
    this.#authorize(caller, access, request, reply);
    return caller;
  }

  async #authenticate(request: FastifyRequest, reply: FastifyReply): Promise<Caller> {
    const text = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (text === undefined) {
      throw challenge(reply, '', 'send a token as "Authorization: Bearer weir_…"');
    }
    const presented = readToken(text);
    const known = presented && this.parts.authenticator.recall(presented);
    if (known !== null) return known;
    const source = sourceOf(request.ip);
    // Taken before it is known whether it counts: many guesses at once are many guesses.
    refuseBeyond(this.parts.failures.take(source), reply, 'too many tokens from here were not known');
    const caller = presented && (await this.parts.authenticator.authenticate(presented));
    if (caller !== null) {
      this.parts.failures.giveBack(source);
      return caller;
    }
    throw challenge(reply, ', error="invalid_token"', 'this token is not known, has expired or was revoked');
  }

  #count(caller: Caller, reply: FastifyReply): void {
    const { limit } = this.parts.requests;
    const state = this.parts.requests.take(String(caller.tokenId));
    void reply.headers({
      'ratelimit-policy': `"token";q=${limit.quota};w=${limit.windowMs / 1_000}`,
      ratelimit: `"token";r=${state.remaining};t=${Math.ceil(state.waitMs / 1_000)}`,
    });
    refuseBeyond(state, reply, `token "${caller.name}" sends too many requests`);
  }

  #authorize(caller: Caller, required: TokenRole, request: FastifyRequest, reply: FastifyReply): void {
    if (!mayCall(caller, required)) {
      void reply.header('www-authenticate', 'Bearer realm="weir", error="insufficient_scope"');
      throw new Problem(
        'forbidden',
        `this is for ${required} tokens, and "${caller.name}" is a token of a ${caller.role}`,
      );
    }
    if (caller.edge !== null && this.parts.isAskingForCertificates) {
      refuseForeignCertificate(request.raw.socket, caller.edge);
    }
  }
}

function challenge(reply: FastifyReply, error: string, detail: string): Problem {
  void reply.header('www-authenticate', `Bearer realm="weir"${error}`);
  return new Problem('unauthenticated', detail);
}

function refuseBeyond({ isAllowed, waitMs }: RateState, reply: FastifyReply, detail: string): void {
  if (isAllowed) return;
  const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
  void reply.header('retry-after', seconds);
  throw new Problem('too-many-requests', `${detail}; try again in ${seconds} s`, [], seconds);
}

/** Whoever has one IPv6 address has at least all of its /64. */
function sourceOf(address: string): string {
  if (!ipaddr.IPv6.isValid(address)) return address;
  const ipv6 = ipaddr.IPv6.parse(address);
  if (ipv6.isIPv4MappedAddress()) return ipv6.toIPv4Address().toString();
  return ipv6.parts.slice(0, 4).join(':');
}
