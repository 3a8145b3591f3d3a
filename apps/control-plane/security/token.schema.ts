import { z } from 'zod';
import { edgeNameSchema, nameSchema } from '../resources/common.schema.js';

/** What the API takes and shows of tokens. */

const role = z
  .enum(['viewer', 'operator', 'admin', 'edge'])
  .describe('viewer reads; operator writes as well; admin also gives tokens; edge is for the agent of one edge alone');

const name = nameSchema.describe('DNS label; names the token to people, and who did what in events');

export const newTokenSchema = z
  .strictObject({
    name,
    role,
    edge: edgeNameSchema.optional().describe('The edge whose agent it is for; with the role edge, and only with it'),
    expiresAt: z.iso.datetime().optional().describe('In the future; it never expires when left out'),
  })
  .superRefine((token, context) => {
    if ((token.role === 'edge') === (token.edge !== undefined)) return;
    const message = token.role === 'edge' ? 'a token of an edge must name it' : 'only a token of the role edge has one';
    context.addIssue({ code: 'custom', path: ['edge'], message });
  })
  .meta({ id: 'NewToken' });

const shownFields = {
  id: z.string().describe('Public part of the secret, as in weir_<id>_…'),
  name,
  role,
  edge: edgeNameSchema.nullable(),
  state: z.enum(['active', 'expired']),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().nullable(),
  lastUsedAt: z.iso.datetime().nullable().describe('To within ten minutes; null when it was not used yet'),
};

export const tokenSchema = z.strictObject(shownFields).meta({ id: 'Token' });

export const createdTokenSchema = z
  .strictObject({
    ...shownFields,
    secret: z
      .string()
      .nullable()
      .describe('To be sent as "Authorization: Bearer …". Shown here and never again; null in a dry run'),
  })
  .meta({ id: 'CreatedToken' });
