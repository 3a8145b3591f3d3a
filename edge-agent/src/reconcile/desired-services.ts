import type { Hop, Route } from '../configuration/routes.js';
import type { DataPlaneTraits } from '../data-plane/data-plane.js';
import {
  formatSocket,
  isSameFamily,
  serviceKey,
  type Destination,
  type ForwardingMethod,
  type Service,
} from '../data-plane/service.js';
import type { ProbeTarget } from '../probe/probe-target.js';
import type { Problem } from '../problem.js';
import { MAX_WEIGHT, servingWeights } from './serving-weights.js';
import { shortcomings } from './shortcomings.js';

/** What the local probes say of a target; `null` until they know. */
export type Verdict = (target: ProbeTarget) => boolean | null;

export interface DesiredState {
  readonly services: readonly Service[];
  readonly problems: readonly Problem[];
}

/**
 * What the data plane should do for these routes, given local health. An endpoint that is down here gets weight 0,
 * whatever was published, and the others of its origin take over. If that would leave a service with no weight at all,
 * endpoints on standby serve; without those it fails open: a fault of the probes must not take everything out.
 *
 * A draining endpoint is no destination any more: what the data plane still has of it departs like one that was removed.
 *
 * The edge's own state plays no part: a draining or disabled edge goes on forwarding what still reaches it. Keeping new
 * users away is the anycast announcement's business.
 */
export function desiredServices(routes: readonly Route[], isUp: Verdict, traits: DataPlaneTraits): DesiredState {
  const services = new Map<string, Service>();
  const problems: Problem[] = [];
  for (const route of routes) {
    const key = serviceKey(route.service);
    if (services.has(key)) {
      problems.push({
        code: 'duplicate-service',
        message: `${key} is published twice; the first load balancer keeps it`,
      });
      continue;
    }
    const { isServable, problems: lacking } = shortcomings(route, traits);
    problems.push(...lacking);
    if (!isServable) continue;
    const { service, problem } = desiredService(route, isUp, traits);
    services.set(key, service);
    if (problem !== null) problems.push(problem);
  }
  return { services: [...services.values()], problems };
}

function desiredService(
  { loadBalancer, service, hops }: Route,
  isUp: Verdict,
  traits: DataPlaneTraits,
): { service: Service; problem: Problem | null } {
  const { method, sourceNat } = loadBalancer.forwarding;
  const serving = hops.filter(({ isDraining }) => !isDraining);
  const reachable = serving.filter(
    ({ socket }) => traits.acrossFamilies.includes(method) || isSameFamily(service, socket),
  );
  const sockets = new Set(reachable.map(({ socket }) => socket));
  const stance = stanceOf(reachable, isUp);
  const weights = servingWeights(
    stance === 'standing-in' ? hops.map((hop) => ({ ...hop, weight: hop.standbyWeight })) : hops,
    ({ target, socket }) => sockets.has(socket) && (stance === 'failing-open' || isUp(target) !== false),
  );
  const weightOf = new Map(hops.map((hop, index) => [hop, weights[index] ?? 0]));
  return {
    service: {
      ...service,
      settings: {
        distribution: loadBalancer.distribution,
        affinitySeconds: (traits.hasAffinity ? loadBalancer.affinitySeconds : undefined) ?? null,
      },
      // Nothing else rewrites addresses.
      sourceNat: sourceNat && method === 'masquerade',
      destinations: mergedDestinations(reachable, (hop) => weightOf.get(hop) ?? 0, method),
    },
    problem: problemOf(`${loadBalancer.name} (${serviceKey(service)})`, { serving, reachable, stance }),
  };
}

/**
 * - `as-published`: an endpoint with a weight is up.
 * - `standing-in`: none is, but there are endpoints on standby.
 * - `failing-open`: there are none of those either.
 */
type Stance = 'as-published' | 'standing-in' | 'failing-open';

function stanceOf(reachable: readonly Hop[], isUp: Verdict): Stance {
  const standing = reachable.filter((hop) => isUp(hop.target) !== false);
  if (standing.some((hop) => hop.weight > 0)) return 'as-published';
  if (standing.some((hop) => hop.standbyWeight > 0)) return 'standing-in';
  return reachable.some((hop) => hop.weight > 0) ? 'failing-open' : 'as-published';
}

/** Two origins may name the same server; a service can have it only once, so it gets both weights. */
function mergedDestinations(
  hops: readonly Hop[],
  weightOf: (hop: Hop) => number,
  forwarding: ForwardingMethod,
): readonly Destination[] {
  const destinations = new Map<string, Destination>();
  for (const hop of hops) {
    const key = formatSocket(hop.socket);
    const weight = Math.min(MAX_WEIGHT, (destinations.get(key)?.weight ?? 0) + weightOf(hop));
    destinations.set(key, { weight, forwarding, ...hop.socket });
  }
  return [...destinations.values()];
}

interface Situation {
  readonly serving: readonly Hop[];
  readonly reachable: readonly Hop[];
  readonly stance: Stance;
}

function problemOf(name: string, { serving, reachable, stance }: Situation): Problem | null {
  if (serving.length > 0 && reachable.length === 0)
    return {
      code: 'no-endpoint-of-family',
      message: `${name} has no endpoint of its address family, which this data plane needs; give an origin one`,
    };
  if (stance === 'standing-in')
    return {
      code: 'standing-in',
      message: `${name}: no endpoint that has a share is up; those on standby serve until the next configuration`,
    };
  if (stance === 'failing-open')
    return {
      code: 'failing-open',
      message: `${name}: every endpoint in use fails its probes; published weights stay. Check the endpoints and the health check`,
    };
  return null;
}
