import { constant, type DemandCurve } from '../world/demand-curve.js';
import { SHORT_CONNECTIONS, type WorldDescription, type WorldNoise } from '../world/world-description.js';
import { PLACES } from './places.js';

/** Users never come evenly. */
export const ORDINARY_NOISE: WorldNoise = { demand: [{ fraction: 0.05, everySeconds: 1 }] };

interface ThreeContinents {
  readonly europe?: DemandCurve;
  readonly america?: DemandCurve;
  readonly asia?: DemandCurve;
  /** Connections per second. */
  readonly capacities: { readonly eu: number; readonly us: number; readonly asia: number };
  readonly noise?: WorldNoise;
}

/** One load balancer, and in each of three continents users, an edge and an origin of four servers. */
export function threeContinents({
  europe = constant(250),
  america = constant(250),
  asia = constant(250),
  capacities,
  noise = ORDINARY_NOISE,
}: ThreeContinents): WorldDescription {
  return {
    regions: [
      { name: 'europe', location: PLACES.london },
      { name: 'america', location: PLACES.newYork },
      { name: 'asia', location: PLACES.singapore },
    ],
    edges: [
      { name: 'ams', site: 'ams', location: PLACES.amsterdam },
      { name: 'nyc', site: 'nyc', location: PLACES.newYork },
      { name: 'sin', site: 'sin', location: PLACES.singapore },
    ],
    origins: [
      { name: 'eu', location: PLACES.frankfurt, endpoints: 4, capacity: { rate: capacities.eu } },
      { name: 'us', location: PLACES.ashburn, endpoints: 4, capacity: { rate: capacities.us } },
      { name: 'asia', location: PLACES.tokyo, endpoints: 4, capacity: { rate: capacities.asia } },
    ],
    loadBalancers: [
      {
        name: 'shop',
        origins: ['eu', 'us', 'asia'],
        demand: { europe, america, asia },
        durations: SHORT_CONNECTIONS,
      },
    ],
    noise,
  };
}
