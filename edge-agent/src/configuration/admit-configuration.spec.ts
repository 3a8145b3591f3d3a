import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EdgeConfiguration } from '#contracts/edge-configuration.js';
import { admitConfiguration, heldBackProblems, type AdmittedConfiguration } from './admit-configuration.js';
import { exampleConfiguration, exampleLoadBalancer } from './example-configuration.js';

/** A publication with a load balancer for each letter: `publication('abc')`. */
function publication(letters: string, changes: Partial<EdgeConfiguration> = {}): EdgeConfiguration {
  const loadBalancers = Array.from(letters, (name) => exampleLoadBalancer({ name }));
  return exampleConfiguration({ loadBalancers, ...changes });
}

const deleting = (letters: string) => ({ deletedLoadBalancers: Array.from(letters) });
const served = ({ configuration }: AdmittedConfiguration) =>
  configuration.loadBalancers.map(({ name }) => name).join('');
const afterAll = (...publications: readonly EdgeConfiguration[]) =>
  publications.reduce<AdmittedConfiguration | null>((inForce, next) => admitConfiguration(next, inForce), null)!;

describe('admitConfiguration', () => {
  it.each([
    ['the first, whatever it has', [''], '', ''],
    ['what grows', ['ab', 'abcdef'], 'abcdef', ''],
    ['what loses half', ['abcd', 'ab'], 'ab', ''],
    ['what loses most of a table of three', ['abc', ''], '', ''],
    ['what loses most of a table of four, with those', ['abcd', 'a'], 'abcd', 'bcd'],
    ['an empty one, with everything', ['abcd', ''], 'abcd', 'abcd'],
    ['what replaces most, with both', ['abcd', 'axyz'], 'axyzbcd', 'bcd'],
    ['what loses a little at a time', ['abcdefgh', 'abcdefg', 'abcdef', 'abcde'], 'abcde', ''],
    ['what comes back', ['abcd', '', 'ab'], 'abcd', 'cd'],
    ['what comes back whole', ['abcd', '', 'abcd'], 'abcd', ''],
    ['what grows past those held back, still with those', ['abcd', 'a', 'aklmnopq', 'aklmnopq'], 'aklmnopqbcd', 'bcd'],
  ])('takes %s', (_, publications, expected, heldBack) => {
    const admitted = afterAll(...publications.map((letters) => publication(letters)));
    expect([served(admitted), admitted.heldBack.join('')]).toEqual([expected, heldBack]);
  });

  it('lets go of what was deleted by name', () => {
    expect(served(afterAll(publication('abcd'), publication('', deleting('abcd'))))).toBe('');
    expect(served(afterAll(publication('abcd'), publication('a'), publication('a', deleting('bd'))))).toBe('ac');
  });

  it('does not count what was deleted by name as what stays', () => {
    const admitted = afterAll(publication('abcdefgh'), publication('a', deleting('bcde')));
    expect([served(admitted), admitted.heldBack.join('')]).toEqual(['afgh', 'fgh']);
  });

  it('serves what was deleted and made anew', () => {
    expect(served(afterAll(publication('abcd'), publication('abcd', deleting('abcd'))))).toBe('abcd');
  });

  it('takes over everything else of the publication', () => {
    const changed = exampleLoadBalancer({ name: 'a', addresses: ['203.0.113.99'] });
    const next = publication('', { generation: 2, state: 'draining', loadBalancers: [changed] });
    const { configuration } = afterAll(publication('abcd'), next);
    expect(configuration).toMatchObject({ generation: 2, state: 'draining' });
    expect(configuration.loadBalancers[0]).toEqual(changed);
  });

  const letters = fc.subarray(Array.from('abcdefghij')).map((list) => list.join(''));
  const publications = fc
    .array(fc.tuple(letters, letters), { minLength: 1, maxLength: 8 })
    .map((list) => list.map(([published, deleted]) => publication(published, deleting(deleted))));

  it('never drops more than half of a table of four without a name, and nothing that is published', () => {
    fc.assert(
      fc.property(publications, (sequence) => {
        let inForce: AdmittedConfiguration | null = null;
        for (const next of sequence) {
          const admitted: AdmittedConfiguration = admitConfiguration(next, inForce);
          const names = admitted.configuration.loadBalancers.map(({ name }) => name);
          expect(new Set(names).size).toBe(names.length);
          expect(names).toEqual(expect.arrayContaining(next.loadBalancers.map(({ name }) => name)));
          const before = inForce?.configuration.loadBalancers.map(({ name }) => name) ?? [];
          const undeleted = before.filter((name) => !next.deletedLoadBalancers?.includes(name) || names.includes(name));
          const lost = undeleted.filter((name) => !names.includes(name));
          if (undeleted.length >= 4) expect(lost.length).toBeLessThanOrEqual(undeleted.length / 2);
          expect(lost.filter((name) => inForce?.heldBack.includes(name))).toEqual([]);
          inForce = admitted;
        }
      }),
    );
  });

  it('changes nothing when the same is published again', () => {
    fc.assert(
      fc.property(publications, (sequence) => {
        const once = afterAll(...sequence);
        expect(admitConfiguration(sequence.at(-1)!, once)).toEqual(once);
      }),
    );
  });
});

describe('heldBackProblems', () => {
  it('names what is held back, and what to do', () => {
    expect(heldBackProblems({ heldBack: [] })).toEqual([]);
    const [problem] = heldBackProblems({ heldBack: ['shop', 'blog'] });
    expect(problem).toMatchObject({ code: 'removal-held-back' });
    expect(problem?.message).toContain('no longer publishes "shop", "blog"');
    expect(problem?.message).toContain('delete them there by name');
  });
});
