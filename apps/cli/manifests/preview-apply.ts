import { ApiRefusal } from '#client/errors.js';
import { KINDS } from './kind.js';
import type { Manifest } from './manifest.js';
import { type Change, type Comparison, type Existing, planApply } from './plan-apply.js';
import type { Resource, ResourceApi, Tagged } from './resource-api.js';

export interface PreviewOptions {
  /** Whether what exists and is not declared goes. */
  readonly isPruning: boolean;
  /** Only what has all these labels is pruned. */
  readonly labels: readonly string[];
}

/** What applying the manifests would change. Everything is validated by the API first, and nothing is stored. */
export async function previewApply(
  api: ResourceApi,
  manifests: readonly Manifest[],
  { isPruning, labels }: PreviewOptions,
): Promise<readonly Change[]> {
  const declared = new Set(manifests.map(({ kind, name }) => `${kind} ${name}`));
  const comparisons: Comparison[] = [];
  for (const manifest of manifests) comparisons.push(await compare(api, manifest, declared));
  return planApply(comparisons, isPruning ? await surplus(api, declared, labels) : []);
}

async function compare(api: ResourceApi, manifest: Manifest, declared: ReadonlySet<string>): Promise<Comparison> {
  const { kind, name, body } = manifest;
  const current = await api.find(kind, name);
  try {
    return { manifest, current, wanted: await api.put(kind, name, body, { isDryRun: true }) };
  } catch (error) {
    if (!isOnlyAboutWhatComesFirst(error, manifest, declared)) throw error;
    return { manifest, current, wanted: supposed(current, manifest) };
  }
}

/** A load balancer may name an origin that the same apply creates: the API cannot know it yet. */
function isOnlyAboutWhatComesFirst(error: unknown, { body }: Manifest, declared: ReadonlySet<string>): boolean {
  if (!(error instanceof ApiRefusal)) return false;
  const fields = error.problem?.errors ?? [];
  return (
    fields.length > 0 &&
    fields.every(
      ({ code, pointer }) => code === 'unknown-origin' && declared.has(`Origin ${String(valueAt(body, pointer))}`),
    )
  );
}

/** What a JSON Pointer (RFC 6901) leads to. */
function valueAt(value: unknown, pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((part, token) => (isIndexable(part) ? part[token] : undefined), value);
}

function isIndexable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** Without the API's defaults: the best guess there is before the origins exist. */
function supposed(current: Tagged | null, { name, body }: Manifest): Resource {
  return { ...current?.resource, ...body, name };
}

async function surplus(
  api: ResourceApi,
  declared: ReadonlySet<string>,
  labels: readonly string[],
): Promise<readonly Existing[]> {
  const existing: Existing[] = [];
  for (const kind of KINDS)
    for (const { name } of await api.list(kind, labels)) {
      const found = declared.has(`${kind} ${name}`) ? null : await api.find(kind, name);
      if (found !== null) existing.push({ kind, ...found });
    }
  return existing;
}
