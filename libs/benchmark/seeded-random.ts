import type { Location } from '#core/model/origin.js';

/** Numbers in [0, 1), the same for the same seed. Mulberry32. */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A place on a globe, all equally likely. */
export function aPlace(random: () => number): Location {
  return { latitude: (Math.asin(2 * random() - 1) * 180) / Math.PI, longitude: 360 * random() - 180 };
}
