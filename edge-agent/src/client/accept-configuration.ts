import { z } from 'zod';
import {
  comparePublications,
  edgeConfigurationSchema,
  publicationEntityTag,
  type EdgeConfiguration,
  type PublicationId,
} from '#contracts/edge-configuration.js';
import { ControlPlaneError } from './control-plane-error.js';

const versionSchema = z.object({ version: z.number() });

/**
 * The configuration in an answer's body, or `null` when it is the publication held already. Throws a ControlPlaneError
 * for one that must not be applied: of another version, another edge, older than `held`, or not well formed.
 */
export function acceptConfiguration(body: unknown, edge: string, held: PublicationId | null): EdgeConfiguration | null {
  const version = versionSchema.safeParse(body).data?.version;
  if (version !== undefined && version !== 1)
    throw refusal(`it is of version ${version}, and this agent knows version 1; upgrade the agent`);
  const parsed = edgeConfigurationSchema.safeParse(body);
  if (!parsed.success) throw refusal(`it is not well formed: ${describeIssues(parsed.error)}`);
  const configuration = parsed.data;
  if (configuration.edge !== edge) throw refusal(`it is for edge "${configuration.edge}", and this is "${edge}"`);
  const order = held === null ? 1 : comparePublications(configuration, held);
  if (held !== null && order < 0)
    throw refusal(`it is ${publicationEntityTag(configuration)}, older than the ${publicationEntityTag(held)} held`);
  return order === 0 ? null : configuration;
}

function refusal(reason: string): ControlPlaneError {
  return new ControlPlaneError('configuration-refused', `refused the published configuration: ${reason}`);
}

function describeIssues({ issues }: z.ZodError): string {
  return issues.map(({ path, message }) => `/${path.join('/')}: ${message}`).join('; ');
}
