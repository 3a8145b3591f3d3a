/** An object's fields. */
export type Fields = Readonly<Record<string, unknown>>;

/** Values of one field, of object after object. */
export type FieldColumn = readonly unknown[];

/**
 * The objects of which a fleet's documents hold a million: to read and to make them in words that name their fields takes an
 * engine a quarter of the time that it takes by a list of keys. Any other kind is packed as well, only slower.
 */
export interface FamiliarShape {
  /** By field, the values of all objects. */
  readonly columns: (objects: readonly Fields[]) => readonly FieldColumn[];
  readonly make: (columns: readonly FieldColumn[], at: number) => Fields;
}

/** Null for a kind that is not familiar. */
export function familiarShape(keys: readonly string[]): FamiliarShape | null {
  return FAMILIAR.get(keys.join()) ?? null;
}

/** Of an observation: what an edge sees of an origin. */
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
    origin: origin?.[at],
    ageMs: ageMs?.[at],
    ratePerSecond: ratePerSecond?.[at],
    activeConnections: activeConnections?.[at],
    rttMs: rttMs?.[at],
    endpoints: endpoints?.[at],
  }),
};

const endpointObservation: FamiliarShape = {
  columns: (objects) => [
    objects.map(({ address }) => address),
    objects.map(({ up }) => up),
    objects.map(({ ageMs }) => ageMs),
  ],
  make: ([address, up, ageMs], at) => ({ address: address?.[at], up: up?.[at], ageMs: ageMs?.[at] }),
};

/** Of a plan. */
const shareDecision: FamiliarShape = {
  columns: (objects) => [
    objects.map(({ origin }) => origin),
    objects.map(({ share }) => share),
    objects.map(({ previousShare }) => previousShare),
    objects.map(({ reason }) => reason),
    objects.map(({ rttMs }) => rttMs),
  ],
  make: ([origin, share, previousShare, reason, rttMs], at) => ({
    origin: origin?.[at],
    share: share?.[at],
    previousShare: previousShare?.[at],
    reason: reason?.[at],
    rttMs: rttMs?.[at],
  }),
};

/** Of weights: an endpoint that serves, and one on standby. */
const weight: FamiliarShape = {
  columns: (objects) => [
    objects.map(({ origin }) => origin),
    objects.map(({ address }) => address),
    objects.map((object) => object['weight']),
  ],
  make: ([origin, address, weights], at) => ({ origin: origin?.[at], address: address?.[at], weight: weights?.[at] }),
};

const standbyWeight: FamiliarShape = {
  columns: (objects) => [...weight.columns(objects), objects.map((object) => object['standbyWeight'])],
  make: ([origin, address, weights, standby], at) => ({
    origin: origin?.[at],
    address: address?.[at],
    weight: weights?.[at],
    standbyWeight: standby?.[at],
  }),
};

const FAMILIAR: ReadonlyMap<string, FamiliarShape> = new Map([
  ['origin,ageMs,ratePerSecond,activeConnections,rttMs,endpoints', originObservation],
  ['address,up,ageMs', endpointObservation],
  ['origin,share,previousShare,reason,rttMs', shareDecision],
  ['origin,address,weight', weight],
  ['origin,address,weight,standbyWeight', standbyWeight],
]);

/** The keys of each kind, in their order, by commas. */
export const FAMILIAR_KEYS: readonly string[] = [...FAMILIAR.keys()];
