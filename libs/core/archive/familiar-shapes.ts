import type { FieldColumn, FieldReader, Fields } from './fields.js';
import { withListLeftPacked } from './list-left-packed.js';

/**
 * The objects of which a fleet's documents hold a million: to read and to make them in words that name their fields takes an
 * engine a quarter of the time that it takes by a list of keys. Any other kind is packed as well, only slower.
 */
export interface FamiliarShape {
  /** By field, the values of all objects. */
  readonly columns: (objects: readonly Fields[]) => readonly FieldColumn[];
  readonly make: (columns: readonly FieldReader[], at: number) => Fields;
}

/** Null for a kind that is not familiar. */
export function familiarShape(keys: readonly string[]): FamiliarShape | null {
  return FAMILIAR.get(keys.join()) ?? null;
}

/** Of an observation: what an edge sees of a load balancer. */
const pairObservation: FamiliarShape = {
  columns: (objects) => [
    objects.map(({ loadBalancer }) => loadBalancer),
    objects.map(({ ageMs }) => ageMs),
    objects.map(({ ratePerSecond }) => ratePerSecond),
    objects.map(({ origins }) => origins),
  ],
  make: ([loadBalancer, ageMs, ratePerSecond, origins], at) =>
    withListLeftPacked(
      {
        loadBalancer: loadBalancer?.at(at),
        ageMs: ageMs?.at(at),
        ratePerSecond: ratePerSecond?.at(at),
      },
      'origins',
      origins,
      at,
    ),
};

/** What it sees of an origin. */
const originObservation: FamiliarShape = {
  columns: (objects) => [
    objects.map(({ origin }) => origin),
    objects.map(({ ageMs }) => ageMs),
    objects.map(({ ratePerSecond }) => ratePerSecond),
    objects.map(({ activeConnections }) => activeConnections),
    objects.map(({ rttMs }) => rttMs),
    objects.map(({ endpoints }) => endpoints),
  ],
  make: ([origin, ageMs, ratePerSecond, activeConnections, rttMs, endpoints], at) => ({
    origin: origin?.at(at),
    ageMs: ageMs?.at(at),
    ratePerSecond: ratePerSecond?.at(at),
    activeConnections: activeConnections?.at(at),
    rttMs: rttMs?.at(at),
    endpoints: endpoints?.at(at),
  }),
};

const endpointObservation: FamiliarShape = {
  columns: (objects) => [
    objects.map(({ address }) => address),
    objects.map(({ up }) => up),
    objects.map(({ ageMs }) => ageMs),
  ],
  make: ([address, up, ageMs], at) => ({ address: address?.at(at), up: up?.at(at), ageMs: ageMs?.at(at) }),
};

/** Of a plan. */
const pairPlan: FamiliarShape = {
  columns: (objects) => [
    objects.map(({ loadBalancer }) => loadBalancer),
    objects.map(({ edge }) => edge),
    objects.map(({ demand }) => demand),
    objects.map(({ isProvisional }) => isProvisional),
    objects.map(({ shares }) => shares),
  ],
  make: ([loadBalancer, edge, demand, isProvisional, shares], at) =>
    withListLeftPacked(
      {
        loadBalancer: loadBalancer?.at(at),
        edge: edge?.at(at),
        demand: demand?.at(at),
        isProvisional: isProvisional?.at(at),
      },
      'shares',
      shares,
      at,
    ),
};

const shareDecision: FamiliarShape = {
  columns: (objects) => [
    objects.map(({ origin }) => origin),
    objects.map(({ share }) => share),
    objects.map(({ previousShare }) => previousShare),
    objects.map(({ reason }) => reason),
    objects.map(({ rttMs }) => rttMs),
  ],
  make: ([origin, share, previousShare, reason, rttMs], at) => ({
    origin: origin?.at(at),
    share: share?.at(at),
    previousShare: previousShare?.at(at),
    reason: reason?.at(at),
    rttMs: rttMs?.at(at),
  }),
};

/** Of weights. */
const pairWeights: FamiliarShape = {
  columns: (objects) => [
    objects.map(({ loadBalancer }) => loadBalancer),
    objects.map(({ edge }) => edge),
    objects.map(({ endpoints }) => endpoints),
  ],
  make: ([loadBalancer, edge, endpoints], at) =>
    withListLeftPacked({ loadBalancer: loadBalancer?.at(at), edge: edge?.at(at) }, 'endpoints', endpoints, at),
};

/** An endpoint that serves, and one on standby. */
const weight: FamiliarShape = {
  columns: (objects) => [
    objects.map(({ origin }) => origin),
    objects.map(({ address }) => address),
    objects.map((object) => object['weight']),
  ],
  make: ([origin, address, weights], at) => ({
    origin: origin?.at(at),
    address: address?.at(at),
    weight: weights?.at(at),
  }),
};

const standbyWeight: FamiliarShape = {
  columns: (objects) => [...weight.columns(objects), objects.map((object) => object['standbyWeight'])],
  make: ([origin, address, weights, standby], at) => ({
    origin: origin?.at(at),
    address: address?.at(at),
    weight: weights?.at(at),
    standbyWeight: standby?.at(at),
  }),
};

const FAMILIAR: ReadonlyMap<string, FamiliarShape> = new Map([
  ['loadBalancer,ageMs,ratePerSecond,origins', pairObservation],
  ['origin,ageMs,ratePerSecond,activeConnections,rttMs,endpoints', originObservation],
  ['address,up,ageMs', endpointObservation],
  ['loadBalancer,edge,demand,isProvisional,shares', pairPlan],
  ['origin,share,previousShare,reason,rttMs', shareDecision],
  ['loadBalancer,edge,endpoints', pairWeights],
  ['origin,address,weight', weight],
  ['origin,address,weight,standbyWeight', standbyWeight],
]);

/** The keys of each kind, in their order, by commas. */
export const FAMILIAR_KEYS: readonly string[] = [...FAMILIAR.keys()];
