import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { originName } from '../model/name.js';
import { type ArcMemory, ArcMemoryReader, ArcMemoryWriter, NO_ARC_MEMORIES } from './arc-memories.js';

const figure = fc.double({ min: 0, max: 1_000, noNaN: true });
const memory: fc.Arbitrary<ArcMemory> = fc.record({
  rtt: fc.option(
    fc.record({
      level: figure,
      last: figure,
      beforeLast: figure,
      settled: figure,
      noise: figure,
      samples: figure,
    }),
  ),
  downEndpoints: fc.array(fc.constantFrom('192.0.2.1', '192.0.2.2'), { maxLength: 2 }),
});

const origins = ['a', 'b', 'c', 'd', 'e'].map((name) => originName(name));

describe('memories of arcs', () => {
  it('are read as they were written, in any order', () => {
    const asked = fc.shuffledSubarray(origins, { minLength: origins.length });
    fc.assert(
      fc.property(fc.array(memory, { minLength: 5, maxLength: 5 }), asked, (memories, order) => {
        const writer = new ArcMemoryWriter();
        origins.forEach((origin, index) => {
          writer.add(origin, memories[index]!);
        });
        const reader = new ArcMemoryReader(writer.endPair());
        for (const origin of order) expect(reader.get(origin)).toEqual(memories[origins.indexOf(origin)]);
      }),
    );
  });

  it('of one pair leave nothing to the next', () => {
    const rtt = { level: 1, last: 2, beforeLast: 3, settled: 4, noise: 5, samples: 6 };
    const writer = new ArcMemoryWriter();
    for (const origin of origins) writer.add(origin, { rtt, downEndpoints: ['192.0.2.1'] });
    const first = writer.endPair();
    writer.add(originName('b'), { rtt: { ...rtt, level: 7 }, downEndpoints: [] });
    expect(writer.endPair()).toEqual({
      rtts: { origins: ['b'], level: [7], last: [2], beforeLast: [3], settled: [4], noise: [5], samples: [6] },
      down: [],
    });
    expect(first.rtts.level).toEqual([1, 1, 1, 1, 1]);
    expect(first.down).toHaveLength(5);
  });

  it('that an earlier version left know nothing of noise', () => {
    const left = { origins: [originName('a')], level: [1], last: [2], beforeLast: [3], settled: [4] };
    const rtt = { level: 1, last: 2, beforeLast: 3, settled: 4, noise: 0, samples: 1 };
    expect(new ArcMemoryReader({ rtts: left, down: [] }).get(originName('a')).rtt).toEqual(rtt);
  });

  it('are nothing where nothing was written', () => {
    expect(new ArcMemoryWriter().endPair()).toEqual(NO_ARC_MEMORIES);
    expect(new ArcMemoryReader().get(originName('a'))).toEqual({ rtt: null, downEndpoints: [] });
  });
});
