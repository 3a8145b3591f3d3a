import { z } from 'zod';

/**
 * Control plane -> agent: the whole desired state of one edge, answered by `GET /v1/agent/configuration`.
 * The control plane has resolved every reference and turned shares into integer weights; the agent only carries it out.
 */
const port = z.int().min(1).max(65_535);

/** Order of publications: a later term wins, then a later generation. */
export const publicationIdSchema = z.strictObject({
  term: z.int().min(0),
  generation: z.int().min(0),
});

const endpointSchema = z.strictObject({
  origin: z.string(),
  address: z.string(),
  /** The listener's port when left out. */
  port: port.optional(),
  /** What the data plane gets while the endpoint is up; 0 takes no new connections. */
  weight: z.int().min(0).max(65_535),
  /** What it gets instead when every endpoint with a weight is down here: it has no share now, but may serve. */
  standbyWeight: z.int().min(1).max(65_535).optional(),
});

const timing = {
  /** The port that serves traffic when left out. */
  port: port.optional(),
  intervalMs: z.int().positive(),
  timeoutMs: z.int().positive(),
  unhealthyThreshold: z.int().positive(),
  healthyThreshold: z.int().positive(),
};

const healthCheckSchema = z.discriminatedUnion('protocol', [
  z.strictObject({ protocol: z.literal('TCP'), ...timing }),
  z.strictObject({
    protocol: z.literal('HTTP'),
    path: z.string(),
    expectedStatus: z.string().regex(/^\d{3}(-\d{3})?$/),
    latencyFrom: z.enum(['connect', 'response']),
    ...timing,
  }),
]);

const publishedLoadBalancerSchema = z.strictObject({
  name: z.string(),
  addresses: z.array(z.string()),
  listeners: z.array(z.strictObject({ protocol: z.literal('TCP'), port })),
  distribution: z.enum(['maglev-5-tuple', 'maglev-source-ip', 'weighted-round-robin', 'weighted-least-connection']),
  forwarding: z.strictObject({ method: z.literal('masquerade'), sourceNat: z.boolean() }),
  endpoints: z.array(endpointSchema),
  healthCheck: healthCheckSchema,
});

export const edgeConfigurationSchema = z.strictObject({
  version: z.literal(1),
  edge: z.string(),
  ...publicationIdSchema.shape,
  state: z.enum(['active', 'draining', 'disabled']),
  loadBalancers: z.array(publishedLoadBalancerSchema),
});

export type PublicationId = z.infer<typeof publicationIdSchema>;
export type EdgeConfiguration = z.infer<typeof edgeConfigurationSchema>;
export type PublishedLoadBalancer = z.infer<typeof publishedLoadBalancerSchema>;
export type PublishedEndpoint = z.infer<typeof endpointSchema>;
export type PublishedHealthCheck = z.infer<typeof healthCheckSchema>;

/** Negative when `left` was published before `right`, 0 when they are the same publication. */
export function comparePublications(left: PublicationId, right: PublicationId): number {
  return left.term - right.term || left.generation - right.generation;
}

/** The strong entity tag of a publication, as `ETag` and `If-None-Match` carry it. */
export function publicationEntityTag(id: PublicationId): string {
  return `"${id.term}-${id.generation}"`;
}
