import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { UsageError } from '../failure.js';
import { type Kind, kindNamed } from './kind.js';

/** One declared resource as a file has it: the body the API takes, and of which kind it is. */
export interface Manifest {
  readonly kind: Kind;
  readonly name: string;
  /** Without `kind`; the API judges it. */
  readonly body: Readonly<Record<string, unknown>>;
  /** The file, for messages. */
  readonly source: string;
}

export interface ManifestText {
  readonly source: string;
  readonly text: string;
}

const documentSchema = z.looseObject({
  kind: z.string('must say what this is: LoadBalancer, Origin or Edge'),
  name: z.string('must be set'),
});

/**
 * The resources of YAML or JSON texts; a list, and an object whose `items` is one (what `get -o yaml` prints), stand for
 * what is in them. Throws a `UsageError` that names every wrong document and every resource declared twice.
 */
export function readManifests(texts: readonly ManifestText[]): readonly Manifest[] {
  const results = texts.flatMap(documentsOf).map(({ source, value }) => manifestOf(source, value));
  const wrong = results.flatMap((result) => (typeof result === 'string' ? [result] : []));
  const manifests = results.flatMap((result) => (typeof result === 'string' ? [] : [result]));
  const problems = [...wrong, ...repeats(manifests)];
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  return manifests;
}

interface SourcedDocument {
  readonly source: string;
  readonly value: unknown;
}

function documentsOf({ source, text }: ManifestText): readonly SourcedDocument[] {
  return parseAllDocuments(text).flatMap((document, index) => {
    const where = index === 0 ? source : `${source} (document ${index + 1})`;
    const [error] = document.errors;
    if (error !== undefined) throw new UsageError(`${where}: ${error.message}`);
    return itemsOf(document.toJS()).map((value) => ({ source: where, value }));
  });
}

function itemsOf(value: unknown): readonly unknown[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value;
  if (typeof value === 'object' && 'items' in value && Array.isArray(value.items)) return value.items;
  return [value];
}

/** A manifest, or what is wrong with it. */
function manifestOf(source: string, value: unknown): Manifest | string {
  const parsed = documentSchema.safeParse(value);
  if (!parsed.success)
    return `${source}: ${parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`.trim()).join('; ')}`;
  const { kind, ...body } = parsed.data;
  try {
    return { kind: kindNamed(kind), name: body.name, body, source };
  } catch (error) {
    if (error instanceof UsageError) return `${source}: ${error.message}`;
    throw error;
  }
}

function repeats(manifests: readonly Manifest[]): readonly string[] {
  const first = new Map<string, Manifest>();
  return manifests.flatMap((manifest) => {
    const key = `${manifest.kind} ${manifest.name}`;
    const earlier = first.get(key);
    first.set(key, earlier ?? manifest);
    return earlier === undefined ? [] : [`${manifest.source}: ${key} is already declared in ${earlier.source}`];
  });
}
