import type { Route } from '../configuration/routes.js';
import type { DataPlaneTraits } from '../data-plane/data-plane.js';
import { isPortRange, serviceKey } from '../data-plane/service.js';
import type { Problem } from '../problem.js';

export interface Shortcomings {
  /** Whether the rest of what the route asks for is worth having. */
  readonly isServable: boolean;
  readonly problems: readonly Problem[];
}

/**
 * What a route asks for and will not get. Forwarding in another way than the one that was chosen could reach servers
 * that are not set up for it, so such a service is not made at all; without affinity it still serves.
 */
export function shortcomings(route: Route, traits: DataPlaneTraits): Shortcomings {
  const lacks = [...vitalLacks(route, traits), ...affinityLack(route, traits)];
  return {
    isServable: vitalLacks(route, traits).length === 0,
    problems: [
      ...lacks.map((lack): Problem => ({
        code: 'unsupported-by-data-plane',
        message: `${nameOf(route)}: this data plane has no ${lack}; run the agent with WEIR_EDGE_DATA_PLANE=ipvs`,
      })),
      ...untranslatedPorts(route),
    ],
  };
}

function vitalLacks({ loadBalancer, service }: Route, traits: DataPlaneTraits): readonly string[] {
  const { method } = loadBalancer.forwarding;
  return [
    ...(traits.protocols.includes(service.protocol) ? [] : [service.protocol]),
    ...(traits.forwarding.includes(method) ? [] : [`${method} forwarding`]),
    ...(isPortRange(service) && !traits.hasPortRanges ? ['port ranges'] : []),
  ];
}

function affinityLack({ loadBalancer }: Route, { hasAffinity }: DataPlaneTraits): readonly string[] {
  return loadBalancer.affinitySeconds === undefined || hasAffinity ? [] : ['affinity, so it serves without'];
}

function untranslatedPorts(route: Route): readonly Problem[] {
  const { loadBalancer, service } = route;
  const { method } = loadBalancer.forwarding;
  if (method === 'masquerade' && !isPortRange(service)) return [];
  const hasOwnPort = loadBalancer.endpoints.some(({ port }) => port !== undefined && port !== service.port);
  if (!hasOwnPort) return [];
  const reason = isPortRange(service) ? 'a range of ports' : `${method} forwarding`;
  return [
    {
      code: 'port-not-translated',
      message: `${nameOf(route)}: ${reason} leaves the port as it is, so the ports that its endpoints name are not used; leave them out`,
    },
  ];
}

function nameOf({ loadBalancer, service }: Route): string {
  return `${loadBalancer.name} (${serviceKey(service)})`;
}
