import type { Location } from '../model/origin.js';

const EARTH_RADIUS_KM = 6371;

/** Light covers about 200 km per ms in fibre; real paths are about half as long again as the great circle. */
const FIBRE_KM_PER_MS = 200;
const PATH_STRETCH = 1.5;

/** What an RTT is taken for when nothing at all is known. Far, so that measured origins come first. */
export const ASSUMED_RTT_MS = 200;

/** The RTT one would expect between two places, in ms. */
export function rttFromDistance(from: Location, to: Location): number {
  return (2 * PATH_STRETCH * greatCircleKm(from, to)) / FIBRE_KM_PER_MS;
}

/** Haversine formula. */
function greatCircleKm(from: Location, to: Location): number {
  const [fromLatitude, toLatitude] = [radians(from.latitude), radians(to.latitude)];
  const halfChord =
    Math.sin((toLatitude - fromLatitude) / 2) ** 2 +
    Math.cos(fromLatitude) * Math.cos(toLatitude) * Math.sin(radians(to.longitude - from.longitude) / 2) ** 2;
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(halfChord)));
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
