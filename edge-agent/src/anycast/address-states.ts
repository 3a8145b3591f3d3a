import type { Hop, Route } from '../configuration/routes.js';
import type { ActualService } from '../data-plane/data-plane.js';
import { formatSocket, serviceKey } from '../data-plane/service.js';
import type { AgentView } from '../report/view.js';
import type { AddressState } from './announcement-policy.js';

type Sources = Pick<AgentView, 'routes' | 'actual' | 'verdict'>;
type Verdict = boolean | null;

/** What the agent knows about each address of its load balancers, in the order of their routes. */
export function addressStates({ routes, actual, verdict }: Sources): readonly AddressState[] {
  const services = new Map(actual.map((service) => [serviceKey(service), service]));
  const serviceOf = (route: Route) => services.get(serviceKey(route.service));
  return [...byAddress(routes)].map(([address, own]) => ({
    address,
    isServed: own.every((route) => serviceOf(route) !== undefined),
    isHealthy: isEach(own.map((route) => isHealthy(route, serviceOf(route), (hop) => verdict(hop.target).up))),
  }));
}

function byAddress(routes: readonly Route[]): ReadonlyMap<string, readonly Route[]> {
  const groups = new Map<string, Route[]>();
  for (const route of routes) groups.set(route.service.address, [...(groups.get(route.service.address) ?? []), route]);
  return groups;
}

/** One endpoint that may serve and is up makes a route healthy. It is not when all of them are down, or there is none. */
function isHealthy({ hops }: Route, service: ActualService | undefined, isUp: (hop: Hop) => Verdict): Verdict {
  // Where the data plane lacks an endpoint, as one of the other family, it does not lead there.
  const reached = new Set(service?.destinations.map(formatSocket));
  const verdicts = hops
    .filter(({ weight, standbyWeight, socket }) => weight + standbyWeight > 0 && reached.has(formatSocket(socket)))
    .map(isUp);
  if (verdicts.includes(true)) return true;
  return verdicts.includes(null) ? null : false;
}

function isEach(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes(false)) return false;
  return verdicts.includes(null) ? null : true;
}
