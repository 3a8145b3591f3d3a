import { z } from 'zod';
import { publicationIdSchema } from './edge-configuration.js';

/**
 * Agent -> control plane, `POST /v1/agent/reports`. Connection counters only grow within one `instance`; a new instance
 * starts them at 0. `monotonicMs` is the agent's own steady clock, so that a step of its wall clock moves no rate.
 * Agents are upgraded first, so fields that only a later version knows are left out, not refused: a refused report would
 * make its edge look silent.
 */
const counter = z.number().min(0);

const endpointReportSchema = z.object({
  address: z.string(),
  /** `null` until enough probes ran. */
  up: z.boolean().nullable(),
  /** What the data plane has now. */
  weight: z.int().min(0),
  activeConnections: z.int().min(0),
});

const originReportSchema = z.object({
  origin: z.string(),
  connections: counter,
  /** Smoothed; `null` until a probe succeeded. */
  rttMs: z.number().min(0).nullable(),
  /** The part of the latest probes that failed, 0 to 1; left out until one ran. */
  lossRatio: z.number().min(0).max(1).optional(),
  endpoints: z.array(endpointReportSchema),
});

const loadBalancerReportSchema = z.object({
  name: z.string(),
  /** New connections received since the instance started, on all its listeners and addresses. */
  connections: counter,
  origins: z.array(originReportSchema),
});

/** A destination on its way out of the data plane. */
const departureSchema = z.object({
  /** `TCP 203.0.113.10:443`. */
  service: z.string(),
  /** `192.0.2.11:8443`. */
  destination: z.string(),
  /** Whose it was; `null` where the configuration in force does not know it any more. */
  loadBalancer: z.string().nullable(),
  origin: z.string().nullable(),
  connections: z.int().min(0),
  /** Until it is removed whatever connections it has. */
  secondsLeft: z.number().min(0),
});

export const agentReportSchema = z.object({
  version: z.literal(1),
  edge: z.string(),
  agentVersion: z.string(),
  /** Changes with every start of the agent. */
  instance: z.string().min(1),
  /** Counts the reports of one instance, from 1. */
  sequence: z.int().positive(),
  monotonicMs: z.number().min(0),
  applied: publicationIdSchema.nullable(),
  dataPlane: z.enum(['userspace', 'ipvs']),
  loadBalancers: z.array(loadBalancerReportSchema),
  departures: z.array(departureSchema).optional(),
  /** Addresses this edge announces by BGP; left out where it does not announce. */
  announced: z.array(z.string()).optional(),
  /** `192.0.2.1:9470`: where a Prometheus reaches the agent's `/metrics`; left out while they are not served. */
  metricsAddress: z.string().min(1).max(300).optional(),
  errors: z.array(z.object({ code: z.string(), message: z.string() })),
});

export type AgentReport = z.infer<typeof agentReportSchema>;
export type LoadBalancerReport = z.infer<typeof loadBalancerReportSchema>;
export type DepartureReport = z.infer<typeof departureSchema>;
export type OriginReport = z.infer<typeof originReportSchema>;
