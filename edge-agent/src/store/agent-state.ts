import { createHash } from 'node:crypto';
import { z } from 'zod';
import { edgeConfigurationSchema } from '#contracts/edge-configuration.js';

const stateSchema = z.strictObject({
  configuration: edgeConfigurationSchema.nullable(),
  /** Keys of the services the agent made, or was about to make. */
  owned: z.array(z.string()),
  /** Load balancers of the configuration that the control plane publishes no more, and that are kept all the same. */
  heldBack: z.array(z.string()).optional(),
});

const envelopeSchema = z.object({ format: z.int().positive(), sha256: z.string(), state: z.unknown() });

/** Grows when an agent that knows only the number before could no longer read what is written. */
export const STATE_FORMAT = 1;

/** What must survive a crash and a reboot: without it an edge could not forward while the control plane is away. */
export type AgentState = z.infer<typeof stateSchema>;

export type DecodedState =
  | { readonly kind: 'state'; readonly state: AgentState }
  | { readonly kind: 'damaged'; readonly reason: string }
  /** Written by a newer agent: not ours to judge, and not ours to lose. */
  | { readonly kind: 'newer-format'; readonly format: number };

export function encodeState(state: AgentState): string {
  return `${JSON.stringify({ format: STATE_FORMAT, sha256: checksumOf(state), state }, null, 2)}\n`;
}

export function decodeState(text: string): DecodedState {
  const envelope = envelopeSchema.safeParse(jsonIn(text));
  if (!envelope.success) return damaged('is not a state file, or only a part of one');
  const { format, sha256, state } = envelope.data;
  if (format > STATE_FORMAT) return { kind: 'newer-format', format };
  if (sha256 !== checksumOf(state)) return damaged('does not match its checksum');
  const parsed = stateSchema.safeParse(state);
  if (parsed.success) return { kind: 'state', state: parsed.data };
  return damaged(`is not well formed: ${describeIssues(parsed.error)}`);
}

/** Of the text as it was written, so that a later order of the schema's fields changes no checksum. */
function checksumOf(state: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(state ?? null))
    .digest('hex');
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function damaged(reason: string): DecodedState {
  return { kind: 'damaged', reason };
}

function describeIssues({ issues }: z.ZodError): string {
  return issues.map(({ path, message }) => `/${path.join('/')}: ${message}`).join('; ');
}
