import type { DemandCurve } from '../world/demand-curve.js';
import { SHORT_CONNECTIONS, type WorldDescription } from '../world/world-description.js';
import { PLACES } from './places.js';
import { ORDINARY_NOISE } from './three-continents.js';

/** The founding experiment's: one load balancer, one site of two edges, a near origin that takes 200 a second and a far one. */
export function oneSite(demand: DemandCurve): WorldDescription {
  return {
    regions: [{ name: 'west-coast', location: PLACES.sanJose }],
    edges: [
      { name: 'sjc-1', site: 'sjc', location: PLACES.sanJose },
      { name: 'sjc-2', site: 'sjc', location: PLACES.sanJose },
    ],
    origins: [
      { name: 'near', location: PLACES.portland, endpoints: 2, capacity: { rate: 200 } },
      { name: 'far', location: PLACES.frankfurt, endpoints: 2, capacity: { rate: 1_000 } },
    ],
    loadBalancers: [
      { name: 'shop', origins: ['near', 'far'], demand: { 'west-coast': demand }, durations: SHORT_CONNECTIONS },
    ],
    noise: ORDINARY_NOISE,
  };
}
