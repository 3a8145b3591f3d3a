import type { OriginReference } from '../model/load-balancer.js';
import type { LoadBalancerName } from '../model/name.js';
import type { Origin } from '../model/origin.js';
import type { HealthSample } from '../observe/observation.js';
import { arcKey } from '../observe/observation.js';
import type { EdgeName } from '../model/name.js';
import type { Eligibility } from './estimate.js';

/** Verdicts of probes, looked up by who asks. Built once per cycle from the samples that are fresh. */
export class HealthView {
  readonly #upByArc = new Map<string, Map<string, boolean>>();
  readonly #votesByEndpoint = new Map<string, { up: number; down: number }>();

  constructor(freshSamples: readonly HealthSample[]) {
    for (const sample of freshSamples) {
      const key = arcKey(sample.loadBalancer, sample.edge, sample.origin);
      const verdicts = this.#upByArc.get(key) ?? new Map<string, boolean>();
      this.#upByArc.set(key, verdicts.set(sample.endpoint, sample.up));
      const votes = this.#votesByEndpoint.get(`${sample.origin}/${sample.endpoint}`) ?? { up: 0, down: 0 };
      votes[sample.up ? 'up' : 'down'] += 1;
      this.#votesByEndpoint.set(`${sample.origin}/${sample.endpoint}`, votes);
    }
  }

  /** May this edge send this load balancer's traffic there? What was never probed is taken to be healthy. */
  eligibility(loadBalancer: LoadBalancerName, edge: EdgeName, reference: OriginReference, origin: Origin): Eligibility {
    if (origin.state !== 'active') return origin.state;
    if (reference.dialPercent === 0 || reference.maxRate === 0) return 'dialled-out';
    const verdicts = this.#upByArc.get(arcKey(loadBalancer, edge, origin.name));
    const serving = origin.endpoints.filter((endpoint) => endpoint.weight > 0);
    if (serving.length === 0) return 'disabled';
    return serving.some((endpoint) => verdicts?.get(endpoint.address) ?? true) ? 'eligible' : 'unhealthy';
  }

  /** Part of the origin's endpoint weight that at least half of the edges probing it see up. */
  healthyFraction(origin: Origin): number {
    const whole = origin.endpoints.reduce((sum, endpoint) => sum + endpoint.weight, 0);
    if (whole === 0) return 0;
    const healthy = origin.endpoints.filter((endpoint) => this.#isUpForMost(origin, endpoint.address));
    return healthy.reduce((sum, endpoint) => sum + endpoint.weight, 0) / whole;
  }

  #isUpForMost(origin: Origin, address: string): boolean {
    const votes = this.#votesByEndpoint.get(`${origin.name}/${address}`);
    return votes === undefined || votes.up >= votes.down;
  }
}
