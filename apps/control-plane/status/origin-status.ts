import type { Origin } from '#core/model/origin.js';
import type { OriginOutlook, Plan } from '#core/plan/plan.js';
import type { Shown } from '../http/shown.js';
import type { originStatusSchema } from './status.schema.js';

type OriginStatus = Shown<typeof originStatusSchema>;
type OriginsPlan = Pick<Plan, 'origins' | 'notices'>;

/** How an origin stands by the plan in force. One that no plan has seen yet has its declared capacity and no load. */
export function originStatus(
  origin: Origin,
  plan: OriginsPlan | null,
  drain: OriginStatus['drain'] = null,
): OriginStatus {
  const outlook = plan?.origins.find((known) => known.origin === origin.name) ?? unseen(origin);
  const { capacity, measuredLoad, expectedLoad, shadowPriceMs } = outlook;
  return {
    origin: origin.name,
    capacity,
    capacitySource: capacitySource(origin, capacity, plan),
    connectionCapacity: origin.capacity.connections ?? null,
    load: measuredLoad,
    expectedLoad,
    utilization: capacity === null || capacity === 0 ? null : measuredLoad / capacity,
    headroom: capacity === null ? null : Math.max(0, capacity - measuredLoad),
    shadowPriceMs,
    drain,
  };
}

function unseen({ name, capacity }: Origin): OriginOutlook {
  return { origin: name, capacity: capacity.rate ?? null, measuredLoad: 0, expectedLoad: 0, shadowPriceMs: null };
}

function capacitySource(
  { name, utilization }: Origin,
  capacity: number | null,
  plan: OriginsPlan | null,
): OriginStatus['capacitySource'] {
  if (capacity === null) return 'unlimited';
  if (utilization === undefined) return 'declared';
  // Until something is learnt, only what was declared can limit it: open connections.
  const isUnknown = plan?.notices.some((notice) => notice.code === 'capacity-unknown' && notice.origins.includes(name));
  return isUnknown === true ? 'declared' : 'learnt';
}
