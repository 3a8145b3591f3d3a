import type { Distribution } from '../data-plane/service.js';

/** An IPVS scheduler with its flags, which `ipvsadm` prints in alphabetical order. */
interface Scheduler {
  readonly name: string;
  readonly flags: readonly string[];
}

/**
 * `mh-port` hashes the source port along with the address. `mh-fallback` picks the next server in the table when the
 * hashed one has weight 0; without it those connections would be refused until the table is rebuilt.
 */
const SCHEDULERS: Readonly<Record<Distribution, Scheduler>> = {
  'maglev-5-tuple': { name: 'mh', flags: ['mh-fallback', 'mh-port'] },
  'maglev-source-ip': { name: 'mh', flags: ['mh-fallback'] },
  'weighted-round-robin': { name: 'wrr', flags: [] },
  'weighted-least-connection': { name: 'wlc', flags: [] },
};

export function schedulerOf(distribution: Distribution): Scheduler {
  return SCHEDULERS[distribution];
}

/** The distribution that a scheduler with exactly these flags stands for; `null` when it is none of ours. */
export function distributionOf({ name, flags }: Scheduler): Distribution | null {
  const wanted = [...flags].sort().join();
  const match = Object.entries(SCHEDULERS).find(
    ([, scheduler]) => scheduler.name === name && scheduler.flags.join() === wanted,
  );
  return match === undefined ? null : (match[0] as Distribution);
}
