import { rttFromDistance } from '#core/estimate/location-rtt.js';
import type { EdgeDescription } from './world-description.js';
import type { Topology } from './topology.js';

/** From the loss of an edge until its users reach another. */
export const CONVERGENCE_SECONDS = 3;

/** Brings the users of each region to an edge of the nearest site that is announced, evenly over the site's edges. */
export class Anycast {
  readonly #isAlive: boolean[];
  /** When nobody is sent there any more; `null` while users are. */
  readonly #withdrawnAtSeconds: (number | null)[];
  #catchments: readonly (readonly number[])[] = [];
  /** What the catchments were worked out for. */
  #announced: readonly boolean[] = [];

  constructor(private readonly topology: Topology) {
    this.#isAlive = topology.edges.map(() => true);
    this.#withdrawnAtSeconds = topology.edges.map(() => null);
  }

  isAlive(edge: number): boolean {
    return this.#isAlive[edge] === true;
  }

  /** The edge vanishes with all it carries; until anycast notices, its users go on knocking. */
  lose(edge: number, timeSeconds: number): void {
    this.#isAlive[edge] = false;
    this.#withdrawnAtSeconds[edge] = timeSeconds + CONVERGENCE_SECONDS;
  }

  bringBack(edge: number): void {
    this.#isAlive[edge] = true;
    this.#withdrawnAtSeconds[edge] = null;
  }

  /** Edges that the users of each region reach, by index; none when nothing is announced. */
  catchmentsAt(timeSeconds: number): readonly (readonly number[])[] {
    const announced = this.#withdrawnAtSeconds.map((withdrawn) => withdrawn === null || timeSeconds < withdrawn);
    if (this.#announced.length === 0 || announced.some((is, edge) => is !== this.#announced[edge])) {
      this.#announced = announced;
      this.#catchments = this.#workOut(announced);
    }
    return this.#catchments;
  }

  #workOut(announced: readonly boolean[]): readonly (readonly number[])[] {
    const { regions, edges } = this.topology;
    const open = edges.map((edge, index) => ({ edge, index })).filter(({ index }) => announced[index] === true);
    return regions.map(({ location }) => {
      const distance = ({ edge }: { edge: EdgeDescription }): number => rttFromDistance(location, edge.location);
      const [nearest] = [...open].sort((one, other) => distance(one) - distance(other));
      return open.filter(({ edge }) => edge.site === nearest?.edge.site).map(({ index }) => index);
    });
  }
}
