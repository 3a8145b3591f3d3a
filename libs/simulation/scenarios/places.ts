import type { Location } from '#core/model/origin.js';

export const PLACES = {
  amsterdam: { latitude: 52.4, longitude: 4.9 },
  ashburn: { latitude: 39.0, longitude: -77.5 },
  dublin: { latitude: 53.3, longitude: -6.3 },
  frankfurt: { latitude: 50.1, longitude: 8.7 },
  london: { latitude: 51.5, longitude: -0.1 },
  losAngeles: { latitude: 34.1, longitude: -118.2 },
  newYork: { latitude: 40.7, longitude: -74.0 },
  portland: { latitude: 45.5, longitude: -122.7 },
  sanJose: { latitude: 37.3, longitude: -121.9 },
  singapore: { latitude: 1.35, longitude: 103.8 },
  tokyo: { latitude: 35.7, longitude: 139.7 },
} as const satisfies Record<string, Location>;
