import type { EdgeConfiguration, PublishedLoadBalancer } from '#contracts/edge-configuration.js';
import type { Problem } from '../problem.js';

/** A publication as this edge serves it. */
export interface AdmittedConfiguration {
  readonly configuration: EdgeConfiguration;
  /** Load balancers of it that are published no more, and served on. */
  readonly heldBack: readonly string[];
}

/** Of fewer load balancers, more than half may go in an ordinary change. */
const SMALLEST_TABLE_TO_PROTECT = 4;

/**
 * What to serve of a new publication: all it says, and at times what it no longer says. When more than half of the load
 * balancers vanish that nobody deleted, a control plane with an empty or wrong database is likelier than a change of
 * mind, so they are served on as they were. Once held back, each stays until it is published again or named as deleted:
 * that its fellows return, or that the table grows, proves nothing about it.
 */
export function admitConfiguration(
  published: EdgeConfiguration,
  inForce: AdmittedConfiguration | null,
): AdmittedConfiguration {
  const kept = inForce === null ? [] : removalsToHoldBack(published, inForce);
  return {
    // At the end: where an address was given to another load balancer meanwhile, what is published has it.
    configuration: { ...published, loadBalancers: [...published.loadBalancers, ...kept] },
    heldBack: kept.map(({ name }) => name),
  };
}

function removalsToHoldBack(
  published: EdgeConfiguration,
  { configuration, heldBack }: AdmittedConfiguration,
): readonly PublishedLoadBalancer[] {
  const deleted = new Set(published.deletedLoadBalancers);
  const stillPublished = new Set(published.loadBalancers.map(({ name }) => name));
  const table = configuration.loadBalancers.filter(({ name }) => stillPublished.has(name) || !deleted.has(name));
  const vanished = table.filter(({ name }) => !stillPublished.has(name));
  const isSuspicious = table.length >= SMALLEST_TABLE_TO_PROTECT && vanished.length > table.length / 2;
  return isSuspicious ? vanished : vanished.filter(({ name }) => heldBack.includes(name));
}

/** Told until it is settled one way or the other. */
export function heldBackProblems({ heldBack }: Pick<AdmittedConfiguration, 'heldBack'>): readonly Problem[] {
  if (heldBack.length === 0) return [];
  const names = heldBack.map((name) => `"${name}"`).join(', ');
  return [
    {
      code: 'removal-held-back',
      message:
        `the control plane no longer publishes ${names}, without saying that somebody deleted ` +
        `${heldBack.length === 1 ? 'it' : 'them'}; this edge serves on. If that is a mistake, restore the control ` +
        `plane's data; if not, delete ${heldBack.length === 1 ? 'it' : 'them'} there by name (create first what it does not know)`,
    },
  ];
}
