import type { Schemas } from '#client/weir-client.js';

type Reason = Schemas['ShareReason'];

/** Why a share is what it is, for people. */
export const REASONS: Readonly<Record<Reason, { readonly name: string; readonly meaning: string }>> = {
  initial: { name: 'first placement', meaning: 'There was no plan before.' },
  ineligible: { name: 'origin gone', meaning: 'An origin may not serve any more: what it had left at once.' },
  overload: { name: 'overload', meaning: 'An origin is above its capacity: share leaves it faster than usual.' },
  manual: { name: 'operator', meaning: 'An operator set it.' },
  damped: { name: 'ordinary', meaning: 'An ordinary, gentle move to where it is better.' },
  held: { name: 'held', meaning: 'Nothing better was worth a move.' },
  stale: { name: 'stale', meaning: 'Nothing recent is known, so it stays.' },
  frozen: { name: 'frozen', meaning: 'Operators froze the load balancer.' },
  kept: { name: 'kept', meaning: 'No sound decision could be had, so it stays.' },
  'fail-open': { name: 'fail open', meaning: 'No origin is healthy from this edge: the last shares stay.' },
  unserved: { name: 'not served', meaning: 'No origin is in use.' },
};

/** How urgent a reason is, by the colours of tags. */
export function reasonTone(reason: Reason): '' | 'warn' | 'bad' {
  switch (reason) {
    case 'overload':
    case 'kept':
    case 'stale':
      return 'warn';
    case 'ineligible':
    case 'fail-open':
    case 'unserved':
      return 'bad';
    case 'initial':
    case 'manual':
    case 'damped':
    case 'held':
    case 'frozen':
      return '';
  }
}
