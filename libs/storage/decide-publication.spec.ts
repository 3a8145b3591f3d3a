import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { edgeName } from '#core/model/name.js';
import type { EdgeDocument } from '#core/ports/scheduler-store.js';
import { decidePublication } from './decide-publication.js';

const documents = (byEdge: Readonly<Record<string, string>>): EdgeDocument[] =>
  Object.entries(byEdge).map(([edge, document]) => ({ edge: edgeName(edge), document }));

const anyDocuments = fc
  .dictionary(fc.constantFrom('ams', 'fra', 'lax', 'sin'), fc.constantFrom('x', 'y', ''))
  .map(documents);

describe('decidePublication', () => {
  const last = { term: 3, generation: 8 };

  it('publishes what is new or differs under the next generation', () => {
    const publication = decidePublication(last, documents({ ams: 'a', fra: 'f' }), documents({ ams: 'a', fra: '' }));
    expect(publication).toEqual({
      point: { term: 3, generation: 9 },
      changed: documents({ fra: '' }),
      withdrawn: [],
    });
  });

  it('needs no generation to withdraw', () => {
    const publication = decidePublication(last, documents({ ams: 'a', fra: 'f' }), documents({ ams: 'a' }));
    expect(publication).toEqual({ point: null, changed: [], withdrawn: ['fra'] });
  });

  it('turns what is published into exactly what is wanted, and then has nothing left to do', () => {
    fc.assert(
      fc.property(anyDocuments, anyDocuments, (published, wanted) => {
        const { point, changed, withdrawn } = decidePublication(last, published, wanted);
        const after = new Map(published.map(({ edge, document }) => [edge, document]));
        for (const edge of withdrawn) after.delete(edge);
        for (const { edge, document } of changed) after.set(edge, document);
        expect(after).toEqual(new Map(wanted.map(({ edge, document }) => [edge, document])));
        expect(point === null).toBe(changed.length === 0);
        expect(decidePublication(last, wanted, wanted)).toEqual({ point: null, changed: [], withdrawn: [] });
      }),
    );
  });
});
