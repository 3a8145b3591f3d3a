import { constant } from './demand-curve.js';
import { SHORT_CONNECTIONS, type WorldDescription } from './world-description.js';

const AMSTERDAM = { latitude: 52.4, longitude: 4.9 };
const NEW_YORK = { latitude: 40.7, longitude: -74 };

/** Two continents, two edges here and one there, an origin of two servers on each side; 100/s here, 50/s there, no noise. */
export function exampleWorld(overrides: Partial<WorldDescription> = {}): WorldDescription {
  return {
    regions: [
      { name: 'europe', location: AMSTERDAM },
      { name: 'america', location: NEW_YORK },
    ],
    edges: [
      { name: 'nyc', site: 'nyc', location: NEW_YORK },
      { name: 'ams-1', site: 'ams', location: AMSTERDAM },
      { name: 'ams-2', site: 'ams', location: AMSTERDAM },
    ],
    origins: [
      { name: 'eu', location: AMSTERDAM, endpoints: 2, capacity: { rate: 80 } },
      { name: 'us', location: NEW_YORK, endpoints: 2, capacity: { rate: 200 } },
    ],
    loadBalancers: [
      {
        name: 'shop',
        origins: ['eu', 'us'],
        demand: { europe: constant(100), america: constant(50) },
        durations: SHORT_CONNECTIONS,
      },
    ],
    noise: { demand: [] },
    ...overrides,
  };
}
