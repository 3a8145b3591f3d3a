import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { edgeName, loadBalancerName } from '../model/name.js';
import { ByPair } from './by-pair.js';
import { pairKey } from './observation.js';

const pairs = fc.record({ loadBalancer: fc.constantFrom('l0', 'l1', 'l2'), edge: fc.constantFrom('e0', 'e1', 'e2') });
const named = ({ loadBalancer, edge }: { readonly loadBalancer: string; readonly edge: string }) => ({
  loadBalancer: loadBalancerName(loadBalancer),
  edge: edgeName(edge),
});
const kept = fc.uniqueArray(pairs, { selector: ({ loadBalancer, edge }) => `${loadBalancer}/${edge}` });

describe('items by pair', () => {
  it('are those of a map, in whatever order they are and are asked for', () => {
    fc.assert(
      fc.property(kept, fc.array(pairs), (items, asked) => {
        const keptItems = items.map(named);
        const map = new Map(keptItems.map((item) => [pairKey(item.loadBalancer, item.edge), item]));
        const found = new ByPair(keptItems);
        for (const { loadBalancer, edge } of [...keptItems, ...asked.map(named)]) {
          expect(found.get(loadBalancer, edge)).toBe(map.get(pairKey(loadBalancer, edge)));
        }
      }),
    );
  });
});
