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
  /** It finishes the connections it has and is then taken out, at the latest when the edge's patience ends. */
  draining: z.literal(true).optional(),
});

const timing = {
  /** The port that serves traffic when left out. */
  port: port.optional(),
  intervalMs: z.int().positive(),
  timeoutMs: z.int().positive(),
  unhealthyThreshold: z.int().positive(),
  healthyThreshold: z.int().positive(),
};

const request = {
  path: z.string(),
  /** `Host`, and the server name of TLS; the load balancer's name when left out. */
  host: z.string().optional(),
  expectedStatus: z.string().regex(/^\d{3}(-\d{3})?$/),
  latencyFrom: z.enum(['connect', 'response']),
};

const healthCheckSchema = z.discriminatedUnion('protocol', [
  z.strictObject({ protocol: z.literal('TCP'), ...timing }),
  z.strictObject({ protocol: z.literal('HTTP'), ...request, ...timing }),
  z.strictObject({ protocol: z.literal('HTTPS'), ...request, verifyCertificate: z.boolean(), ...timing }),
]);

const listenerSchema = z.strictObject({
  protocol: z.enum(['TCP', 'UDP']),
  port,
  /** Last port of a range that begins at `port`; endpoints then serve on the port that the client came to. */
  endPort: port.optional(),
});

/** Direct and tunnel leave the client's address and port as they are. */
const forwardingSchema = z.strictObject({
  method: z.enum(['masquerade', 'direct', 'tunnel']),
  sourceNat: z.boolean(),
});

const publishedLoadBalancerSchema = z.strictObject({
  name: z.string(),
  addresses: z.array(z.string()),
  listeners: z.array(listenerSchema),
  distribution: z.enum(['maglev-5-tuple', 'maglev-source-ip', 'weighted-round-robin', 'weighted-least-connection']),
  forwarding: forwardingSchema,
  /** How long a client keeps coming to the endpoint it had; left out where each connection is free. */
  affinitySeconds: z.int().min(1).max(86_400).optional(),
  endpoints: z.array(endpointSchema),
  healthCheck: healthCheckSchema,
});

export const edgeConfigurationSchema = z.strictObject({
  version: z.literal(1),
  edge: z.string(),
  ...publicationIdSchema.shape,
  state: z.enum(['active', 'draining', 'disabled']),
  loadBalancers: z.array(publishedLoadBalancerSchema),
  /**
   * Load balancers that operators deleted. An agent gives up one that vanishes without being named here only while
   * most of what it serves stays: a control plane with an empty or wrong database must not take an edge down.
   */
  deletedLoadBalancers: z.array(z.string()).optional(),
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
