import { UsageError } from '../failure.js';

/** What operators declare. Those that others refer to come first: they are made first and deleted last. */
export const KINDS = ['Origin', 'Edge', 'LoadBalancer'] as const;

export type Kind = (typeof KINDS)[number];

interface KindNames {
  /** As the API's paths spell it. */
  readonly plural: 'origins' | 'edges' | 'load-balancers';
  /** What people type. */
  readonly aliases: readonly string[];
}

export const KIND_NAMES: Readonly<Record<Kind, KindNames>> = {
  Origin: { plural: 'origins', aliases: ['origin', 'origins', 'o'] },
  Edge: { plural: 'edges', aliases: ['edge', 'edges', 'e'] },
  LoadBalancer: {
    plural: 'load-balancers',
    aliases: ['load-balancer', 'load-balancers', 'loadbalancer', 'loadbalancers', 'lb', 'lbs'],
  },
};

/** `lb`, `origins`, `Edge`; `null` for anything else. */
export function kindOrNull(word: string): Kind | null {
  return KINDS.find((each) => KIND_NAMES[each].aliases.includes(word.toLowerCase())) ?? null;
}

/** As `kindOrNull`, but throws a `UsageError`. */
export function kindNamed(word: string): Kind {
  const kind = kindOrNull(word);
  if (kind !== null) return kind;
  throw new UsageError(`there is no kind "${word}"; there are load-balancers (lb), origins and edges`);
}
