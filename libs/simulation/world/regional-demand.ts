import type { DemandCurve } from './demand-curve.js';
import type { Noise, NoiseStream } from './noise.js';
import type { Topology } from './topology.js';
import type { WorldNoise } from './world-description.js';

/** `real`: with noise. `expected`: what the curves say. */
export type DemandKind = 'real' | 'expected';

interface Source {
  readonly loadBalancer: number;
  readonly region: number;
  readonly curve: DemandCurve;
  readonly stream: NoiseStream;
}

/** Draws of different layers of noise come from far-apart parts of one stream. */
const LAYER_DISTANCE = 10_000_000;

/** What users everywhere ask for, and at which edges it arrives. */
export class RegionalDemand {
  readonly #sources: readonly Source[];

  constructor(
    private readonly topology: Topology,
    private readonly demandNoise: WorldNoise['demand'],
    noise: Noise,
  ) {
    this.#sources = topology.loadBalancers.flatMap(({ name, demand }, loadBalancer) =>
      topology.regions.flatMap((region, index) => {
        const curve = demand[region.name];
        const stream = noise.stream(`demand ${name} ${region.name}`);
        return curve === undefined ? [] : [{ loadBalancer, region: index, curve, stream }];
      }),
    );
  }

  /** New connections per second of each pair. `catchments`: the edges that each region reaches. */
  ofPairs(timeSeconds: number, catchments: readonly (readonly number[])[], kind: DemandKind): Float64Array {
    const demands = new Float64Array(this.topology.pairs);
    for (const { loadBalancer, region, curve, stream } of this.#sources) {
      const rate = curve(timeSeconds) * (kind === 'real' ? this.#noiseAt(timeSeconds, stream) : 1);
      const reached = catchments[region] ?? [];
      for (const edge of reached) {
        const pair = this.topology.pairOf(loadBalancer, edge);
        demands[pair] = (demands[pair] ?? 0) + rate / reached.length;
      }
    }
    return demands;
  }

  #noiseAt(timeSeconds: number, stream: NoiseStream): number {
    return this.demandNoise.reduce(
      (factor, { fraction, everySeconds }, layer) =>
        factor * stream.factor(Math.floor(timeSeconds / everySeconds) + layer * LAYER_DISTANCE, fraction),
      1,
    );
  }
}
