/**
 * Seeded noise as a pure function of seed, stream and index: whoever asks, in whatever order, hears the same. So all
 * policies of a run meet the very same world.
 */
export class Noise {
  constructor(private readonly seed: number) {}

  /** Streams of different names have nothing in common. */
  stream(name: string): NoiseStream {
    let key = mix(this.seed | 0);
    for (let index = 0; index < name.length; index += 1) key = mix(key ^ name.charCodeAt(index));
    return new NoiseStream(key);
  }
}

export class NoiseStream {
  constructor(private readonly key: number) {}

  /** In [0, 1). `index` is a whole number, negative ones included. */
  uniform(index: number): number {
    return (mix(this.key ^ mix(index | 0)) >>> 0) / 2 ** 32;
  }

  /** A factor around 1, even over `1 ± fraction`. */
  factor(index: number, fraction: number): number {
    return fraction === 0 ? 1 : 1 + fraction * (2 * this.uniform(index) - 1);
  }
}

/** Finaliser of MurmurHash3 (A. Appleby), on a shifted input since it leaves 0 as it is. */
function mix(value: number): number {
  let hash = (value + 0x9e3779b9) | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
