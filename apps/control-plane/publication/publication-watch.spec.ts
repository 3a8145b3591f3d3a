import { beforeEach, describe, expect, it } from 'vitest';
import { edgeName } from '#core/model/name.js';
import { aCycleRecord } from '#testkit/cycle-builders.js';
import { InMemorySchedulerStore } from '#testkit/in-memory-scheduler-store.js';
import { PublicationWatch } from './publication-watch.js';

describe('PublicationWatch', () => {
  let store: InMemorySchedulerStore;
  let announced: (readonly string[])[];
  let watch: PublicationWatch;

  beforeEach(() => {
    store = new InMemorySchedulerStore({ cyclesKept: 10 });
    announced = [];
    watch = new PublicationWatch(store, { announce: (edges) => announced.push(edges) });
  });

  async function publish(term: number, byEdge: Readonly<Record<string, string>>): Promise<void> {
    const documents = Object.entries(byEdge).map(([edge, document]) => ({ edge: edgeName(edge), document }));
    await store.commit(term, await aCycleRecord(), documents);
  }

  it('announces edges that have something else than at the last look, and those that lost what they had', async () => {
    await publish(1, { ams: 'a', fra: 'f', lax: 'l' });
    await watch.sync();
    await publish(1, { ams: 'a2', fra: 'f' });
    await watch.sync();
    await watch.sync();
    expect(announced).toEqual([['ams', 'fra', 'lax'], ['ams', 'lax'], []]);
  });

  it('looks again after a look that failed', async () => {
    await publish(1, { ams: 'a' });
    let isGone = true;
    const publications = () => (isGone ? Promise.reject(new Error('gone')) : store.publications());
    const other = new PublicationWatch({ publications }, { announce: (edges) => announced.push(edges) });
    await expect(other.sync()).rejects.toThrow('gone');
    isGone = false;
    await other.sync();
    expect(announced).toEqual([['ams']]);
  });
});
