import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { type EdgeName, type LoadBalancerName, NAME_PATTERN, type OriginName } from '#core/model/name.js';

/** Pieces that the schemas of several resources share. */

export const nameSchema = z
  .string()
  .regex(NAME_PATTERN, 'must be a DNS label: 1 to 63 lower-case letters, digits and inner hyphens')
  .describe('DNS label; identifies the resource');

// The brand exists for the compiler only; what is parsed is a string.
export const loadBalancerNameSchema = nameSchema as unknown as z.ZodType<LoadBalancerName, string>;
export const originNameSchema = nameSchema as unknown as z.ZodType<OriginName, string>;
export const edgeNameSchema = nameSchema as unknown as z.ZodType<EdgeName, string>;

/** Ranges no user can be reached in and no server can listen on. */
const UNUSABLE_RANGES = new Set(['unspecified', 'broadcast', 'multicast']);

/** One IPv4 or IPv6 host address; told in its canonical form, so that equal addresses are equal text. */
export const addressSchema = z
  .string()
  .superRefine((value, context) => {
    const problem = addressProblem(value);
    if (problem !== null) context.addIssue({ code: 'custom', message: problem });
  })
  .overwrite((value) => (ipaddr.isValid(value) ? ipaddr.parse(value).toString() : value))
  .describe('IPv4 or IPv6 host address, without a prefix length');

function addressProblem(value: string): string | null {
  if (value.includes('/')) return 'must be one host address, without a prefix length';
  // IPv4 is accepted in its four-part form only: 10.1 would silently mean 10.0.0.1.
  if (!ipaddr.IPv6.isValid(value) && !ipaddr.IPv4.isValidFourPartDecimal(value)) {
    return 'must be an IPv4 or IPv6 address';
  }
  const range = ipaddr.parse(value).range();
  return UNUSABLE_RANGES.has(range) ? `must be a host address, not ${range}` : null;
}

export const portSchema = z.int().min(1).max(65_535);

export const labelsSchema = z
  .record(z.string().min(1).max(63), z.string().max(255))
  .default({})
  .describe('Free key-value pairs for operators');

export const locationSchema = z
  .strictObject({
    latitude: z.number().min(-90).max(90),
    longitude: z.number().min(-180).max(180),
  })
  .meta({
    id: 'Location',
    description: 'Degrees, WGS 84. Serves as a first estimate of latency until probes have measured it',
  });

export const servingStateSchema = z
  .enum(['active', 'draining', 'disabled'])
  .describe('draining and disabled take no new connections');

/** Reports every entry that repeats an earlier one, at its own place. */
export function refuseRepeats<T>(entries: readonly T[], keyOf: (entry: T) => string, context: z.RefinementCtx): void {
  const seen = new Set<string>();
  entries.forEach((entry, index) => {
    const key = keyOf(entry);
    if (seen.has(key)) context.addIssue({ code: 'custom', path: [index], message: `repeats ${key}` });
    seen.add(key);
  });
}
