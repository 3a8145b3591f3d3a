import { describe, expect, it } from 'vitest';
import { changedSources } from './changed-sources.js';
import { aNetwork } from './example-network.js';

const example = {
  sourceCount: 2,
  root: 3,
  excessCost: 100,
  supply: [4, 5, 0],
  arcs: [
    { from: 0, to: 2, width: 3, cost: 7 },
    { from: 1, to: 2, width: Infinity, cost: 8 },
    { from: 2, to: 3, width: Infinity, cost: 0 },
  ],
};
const before = aNetwork(example);

describe('changedSources', () => {
  it.each([
    { what: 'nothing', now: {}, changed: [] },
    { what: 'what a source has', now: { supply: [4, 6, 0] }, changed: [1] },
    { what: 'what comes in elsewhere', now: { supply: [4, 5, 9] }, changed: [] },
    { what: 'what an arc costs', now: { arcs: example.arcs.with(0, { ...example.arcs[0]!, cost: 6 }) }, changed: [0] },
    { what: 'what an arc takes', now: { arcs: example.arcs.with(0, { ...example.arcs[0]!, width: 2 }) }, changed: [0] },
    {
      what: 'a node that is no source',
      now: { arcs: example.arcs.with(2, { ...example.arcs[2]!, cost: 1 }) },
      changed: null,
    },
    { what: 'the number of arcs', now: { arcs: [example.arcs[0]!, ...example.arcs] }, changed: null },
    { what: 'what excess costs', now: { excessCost: 101 }, changed: null },
  ])('tells by $what', ({ now, changed }) => {
    expect(changedSources(before, aNetwork({ ...example, ...now }))).toEqual(changed);
  });
});
