import type { EdgeName, LoadBalancerName } from '#core/model/name.js';
import type { Observation, OriginObservation } from '#core/observe/observation.js';

/** What was observed of one origin, as one load balancer uses it at one edge. */
export interface ObservedArc extends OriginObservation {
  readonly edge: EdgeName;
  readonly loadBalancer: LoadBalancerName;
}

/** All that an observation tells of origins, in one list. */
export function observedArcs({ edges }: Observation): readonly ObservedArc[] {
  return edges.flatMap(({ edge, loadBalancers }) =>
    loadBalancers.flatMap(({ loadBalancer, origins }) => origins.map((seen) => ({ ...seen, edge, loadBalancer }))),
  );
}
