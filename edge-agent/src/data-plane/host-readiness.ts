import type { Problem } from '../problem.js';
import type { DataPlane, HostNeeds } from './data-plane.js';

/** Makes the host ready for what it was not made ready for yet. Weights need nothing of it, so a verdict on health does not wait. */
export class HostReadiness {
  #prepared: HostNeeds | null = null;

  constructor(private readonly dataPlane: Pick<DataPlane, 'prepare'>) {}

  /** Answers what could not be done; that is tried again the next time. */
  async prepare(needs: HostNeeds): Promise<readonly Problem[]> {
    if (this.#prepared !== null && isSameNeed(needs, this.#prepared)) return [];
    const problems = await this.dataPlane.prepare(needs);
    this.#prepared = problems.length === 0 ? needs : null;
    return problems;
  }

  /** Somebody may have changed the host meanwhile. */
  doubt(): void {
    this.#prepared = null;
  }
}

function isSameNeed(left: HostNeeds, right: HostNeeds): boolean {
  if (left.services === right.services && left.departing.length + right.departing.length === 0) return true;
  const withoutWeights = (needs: HostNeeds) =>
    JSON.stringify(needs, (key, value: unknown) => (key === 'weight' ? undefined : value));
  return withoutWeights(left) === withoutWeights(right);
}
