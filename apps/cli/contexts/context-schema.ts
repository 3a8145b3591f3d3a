import { parse } from 'yaml';
import { z } from 'zod';

const contextSchema = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  /** In this file, or better in one that it names. */
  token: z.string().optional(),
  tokenFile: z.string().optional(),
});

const contextsSchema = z.strictObject({
  current: z.string().optional(),
  contexts: z.record(z.string(), contextSchema).default({}),
});

/** One control plane, and who we are there. */
export type Context = z.infer<typeof contextSchema>;
export type Contexts = z.infer<typeof contextsSchema>;

export type ParsedContexts =
  | { readonly kind: 'contexts'; readonly contexts: Contexts }
  /** Every wrong field. */
  | { readonly kind: 'wrong'; readonly wrong: string };

/** Contexts as YAML has them. */
export function parseContexts(text: string): ParsedContexts {
  const parsed = contextsSchema.safeParse(parse(text) ?? {});
  if (parsed.success) return { kind: 'contexts', contexts: parsed.data };
  const wrong = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
  return { kind: 'wrong', wrong };
}
