import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KINDS, type Kind } from './kind.js';
import { type Change, type Comparison, type Existing, planApply } from './plan-apply.js';

const manifest = (kind: Kind, name: string) => ({ kind, name, body: { name }, source: 'weir.yaml' });
const created = (kind: Kind, name: string): Comparison => ({
  manifest: manifest(kind, name),
  current: null,
  wanted: { name },
});
const compared = (kind: Kind, name: string, before: object, after: object): Comparison => ({
  manifest: manifest(kind, name),
  current: { resource: { name, ...before }, entityTag: '"1"' },
  wanted: { name, ...after },
});
const existing = (kind: Kind, name: string): Existing => ({ kind, resource: { name }, entityTag: '"1"' });
const steps = (changes: readonly Change[]) => changes.map(({ step, kind, name }) => `${step} ${kind} ${name}`);

describe('planApply', () => {
  it('makes what is missing, changes what differs, and leaves the rest alone', () => {
    const changes = planApply(
      [
        created('Origin', 'eu'),
        compared('Origin', 'us', { region: 'us' }, { region: 'us' }),
        compared('Edge', 'ams-1', { state: 'active' }, { state: 'draining' }),
      ],
      [],
    );
    expect(steps(changes)).toEqual(['create Origin eu', 'update Edge ams-1']);
    expect(changes[1]).toMatchObject({ entityTag: '"1"', before: { state: 'active' }, after: { state: 'draining' } });
  });

  it('makes what others need first, and deletes it last', () => {
    const wishes = [created('LoadBalancer', 'shop'), created('Origin', 'eu')];
    const surplus = [existing('Origin', 'old'), existing('LoadBalancer', 'older')];
    expect(steps(planApply(wishes, surplus))).toEqual([
      'create Origin eu',
      'create LoadBalancer shop',
      'delete LoadBalancer older',
      'delete Origin old',
    ]);
  });

  it('never lets a step depend on a later one, whatever the order of the files', () => {
    const kinds = fc.constantFrom(...KINDS);
    const lists = fc.record({ wanted: fc.array(kinds), surplus: fc.array(kinds) });
    fc.assert(
      fc.property(lists, ({ wanted, surplus }) => {
        const changes = planApply(
          wanted.map((kind, index) => created(kind, `w${index}`)),
          surplus.map((kind, index) => existing(kind, `s${index}`)),
        );
        const order = changes.map(({ step, kind }) => {
          const rank = KINDS.indexOf(kind);
          return step === 'delete' ? 2 * KINDS.length - rank : rank;
        });
        expect(order).toEqual([...order].sort((left, right) => left - right));
        expect(changes).toHaveLength(wanted.length + surplus.length);
      }),
    );
  });
});
