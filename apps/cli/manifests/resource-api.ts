import { allPages } from '#client/all-pages.js';
import { dataOf, type WeirClient } from '#client/weir-client.js';
import { KIND_NAMES, type Kind } from './kind.js';

/** A declared resource as the API shows it. */
export type Resource = Readonly<Record<string, unknown>> & { readonly name: string };

/** A resource, and the tag by which a later write knows that it is still the same. */
export interface Tagged {
  readonly resource: Resource;
  readonly entityTag: string | null;
}

/** The verbs that all kinds share. */
export class ResourceApi {
  constructor(private readonly client: WeirClient) {}

  /** All of a kind, ordered by name. */
  async list(kind: Kind, labels: readonly string[] = []): Promise<readonly Resource[]> {
    return allPages<Resource>((page) => {
      const query = { ...page, ...(labels.length > 0 && { label: [...labels] }) };
      return dataOf(this.client.GET(`/v1/${KIND_NAMES[kind].plural}`, { params: { query } }));
    });
  }

  /** `null` when there is none of that name. */
  async find(kind: Kind, name: string): Promise<Tagged | null> {
    const answer = await this.client.GET(`/v1/${KIND_NAMES[kind].plural}/{name}`, { params: { path: { name } } });
    if (answer.response.status === 404) return null;
    const resource = await dataOf(Promise.resolve(answer));
    return { resource, entityTag: answer.response.headers.get('etag') };
  }

  /** Creates a resource or replaces it whole; answers it as stored, or with `isDryRun` as it would be. */
  async put(kind: Kind, name: string, body: ResourceBody, condition: WriteCondition): Promise<Resource> {
    const params = { path: { name }, ...conditionParameters(condition) };
    return dataOf(this.client.PUT(`/v1/${KIND_NAMES[kind].plural}/{name}`, { params, body: judgedByTheApi(body) }));
  }

  /** Changes parts of a resource (RFC 7396). */
  async patch(kind: Kind, name: string, body: ResourceBody): Promise<Resource> {
    return dataOf(
      this.client.PATCH(`/v1/${KIND_NAMES[kind].plural}/{name}`, {
        params: { path: { name } },
        headers: { 'content-type': 'application/merge-patch+json' },
        body: judgedByTheApi(body),
      }),
    );
  }

  async remove(kind: Kind, name: string, condition: WriteCondition): Promise<void> {
    const params = { path: { name }, ...conditionParameters(condition) };
    await dataOf(this.client.DELETE(`/v1/${KIND_NAMES[kind].plural}/{name}`, { params }));
  }
}

export type ResourceBody = Readonly<Record<string, unknown>>;

export interface WriteCondition {
  /** The write is made only while the resource is still this one; `null`: only while there is none; left out: always. */
  readonly entityTag?: string | null | undefined;
  readonly isDryRun?: boolean | undefined;
}

function conditionParameters({ entityTag, isDryRun = false }: WriteCondition) {
  return {
    query: isDryRun ? { dryRun: 'true' as const } : {},
    header: {
      ...(entityTag === null && { 'If-None-Match': '*' }),
      ...(typeof entityTag === 'string' && { 'If-Match': entityTag }),
    },
  };
}

/** What operators wrote is not ours to type: the API names every wrong field, in words that fit its version. */
function judgedByTheApi(body: ResourceBody): never {
  return body as never;
}
