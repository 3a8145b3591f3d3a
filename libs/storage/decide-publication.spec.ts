import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { edgeName } from '#core/model/name.js';
import { decidePublication, type EdgeDigest } from './decide-publication.js';

const digests = (byEdge: Readonly<Record<string, string>>): EdgeDigest[] =>
  Object.entries(byEdge).map(([edge, digest]) => ({ edge: edgeName(edge), digest }));

const anyDigests = fc
  .dictionary(fc.constantFrom('ams', 'fra', 'lax', 'sin'), fc.constantFrom('x', 'y', ''))
  .map(digests);

describe('decidePublication', () => {
  const last = { term: 3, generation: 8 };

  it('publishes what is new or differs under the next generation', () => {
    const publication = decidePublication(last, digests({ ams: 'a', fra: 'f' }), digests({ ams: 'a', fra: '' }));
    expect(publication).toEqual({
      point: { term: 3, generation: 9 },
      changed: digests({ fra: '' }),
      withdrawn: [],
    });
  });

  it('needs no generation to withdraw', () => {
    const publication = decidePublication(last, digests({ ams: 'a', fra: 'f' }), digests({ ams: 'a' }));
    expect(publication).toEqual({ point: null, changed: [], withdrawn: ['fra'] });
  });

  it('turns what is published into exactly what is wanted, and then has nothing left to do', () => {
    fc.assert(
      fc.property(anyDigests, anyDigests, (published, wanted) => {
        const { point, changed, withdrawn } = decidePublication(last, published, wanted);
        const after = new Map(published.map(({ edge, digest }) => [edge, digest]));
        for (const edge of withdrawn) after.delete(edge);
        for (const { edge, digest } of changed) after.set(edge, digest);
        expect(after).toEqual(new Map(wanted.map(({ edge, digest }) => [edge, digest])));
        expect(point === null).toBe(changed.length === 0);
        expect(decidePublication(last, wanted, wanted)).toEqual({ point: null, changed: [], withdrawn: [] });
      }),
    );
  });
});
