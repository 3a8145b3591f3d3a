import { describe, expect, it } from 'vitest';
import { DELETION_MEMORY_MS, DELETIONS_KEPT, rememberedDeletions } from './deleted-load-balancer.js';
import { loadBalancerName } from './name.js';

const NOW_MS = 10 * DELETION_MEMORY_MS;
const deleted = (name: string, ageMs: number) => ({ name: loadBalancerName(name), deletedAtMs: NOW_MS - ageMs });

describe('rememberedDeletions', () => {
  it('forgets after thirty days, and orders by name', () => {
    const all = [deleted('shop', 5), deleted('old', DELETION_MEMORY_MS + 1), deleted('blog', DELETION_MEMORY_MS)];
    expect(rememberedDeletions(all, NOW_MS).map(({ name }) => name)).toEqual(['blog', 'shop']);
  });

  it('keeps the youngest of too many', () => {
    const all = Array.from({ length: DELETIONS_KEPT + 2 }, (_, index) => deleted(`lb-${1_000 + index}`, index));
    const kept = rememberedDeletions(all.toReversed(), NOW_MS);
    expect(kept).toHaveLength(DELETIONS_KEPT);
    expect(kept.at(-1)?.name).toBe(`lb-${999 + DELETIONS_KEPT}`);
  });
});
