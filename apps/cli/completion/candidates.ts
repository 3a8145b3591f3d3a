import type { WeirClient } from '#client/weir-client.js';
import { dataOf } from '#client/weir-client.js';
import type { Contexts } from '../contexts/context-schema.js';
import { ResourceApi } from '../manifests/resource-api.js';
import type { Candidate } from './find-wish.js';
import type { ValueSource } from './value-source.js';

/** Where candidates are looked up; each rejects where it cannot be had. */
export interface Lookups {
  readonly contexts: () => Promise<Contexts>;
  readonly client: () => Promise<WeirClient>;
}

/** What the source has to offer. Files are left to the shell. */
export async function candidatesOf(source: ValueSource, lookups: Lookups): Promise<readonly Candidate[]> {
  switch (source.type) {
    case 'words':
      return source.words.map(plain);
    case 'resources': {
      const resources = await new ResourceApi(await lookups.client()).list(source.kind);
      return resources.map(({ name }) => ({ word: `${name}${source.suffix ?? ''}`, description: source.kind }));
    }
    case 'contexts': {
      const { contexts } = await lookups.contexts();
      return Object.entries(contexts).map(([name, { url }]) => ({ word: name, description: url }));
    }
    case 'tokens': {
      const client = await lookups.client();
      const { items } = await dataOf(client.GET('/v1/tokens', { params: { query: { limit: 500 } } }));
      return items.map(({ name, role }) => ({ word: name, description: role }));
    }
    case 'scenarios': {
      const { ALL_SCENARIOS } = await import('#simulation/scenarios/all-scenarios.js');
      return ALL_SCENARIOS.map(({ name, title }) => ({ word: name, description: title }));
    }
    case 'policies': {
      const { POLICY_NAMES } = await import('#simulation/policies/policy.js');
      return POLICY_NAMES.map(plain);
    }
    case 'files':
      return [{ word: ':files', description: '' }];
    case 'free':
      return [];
  }
}

function plain(word: string): Candidate {
  return { word, description: '' };
}
