import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { serviceKey, type ServiceAddress } from '../data-plane/service.js';
import { assignMarks, isOwnMark, rangeOf, type ServiceMarks } from './service-marks.js';

const GAMES: ServiceAddress = { protocol: 'UDP', address: '203.0.113.10', port: 5000, endPort: 5999 };
const NONE: ServiceMarks = new Map();
const markOf = (marks: ServiceMarks, range: ServiceAddress) => marks.get(serviceKey(range))?.mark ?? 0;

const range: fc.Arbitrary<ServiceAddress> = fc.record({
  protocol: fc.constantFrom('TCP', 'UDP'),
  address: fc.constantFrom('203.0.113.10', '2001:db8::10'),
  port: fc.integer({ min: 1, max: 5 }),
  endPort: fc.integer({ min: 6, max: 9 }),
});

describe('assignMarks', () => {
  it('comes to the same mark at every start', () => {
    expect(markOf(assignMarks([GAMES], NONE, new Set()), GAMES)).toBe(0x5753d3d5);
  });

  it('leaves the mark of somebody else alone', () => {
    const derived = markOf(assignMarks([GAMES], NONE, new Set()), GAMES);
    expect(markOf(assignMarks([GAMES], NONE, new Set([derived])), GAMES)).toBe(derived + 1);
  });

  it('keeps a mark that was given, also when the one derived is free again', () => {
    const given = assignMarks([GAMES], NONE, new Set([markOf(assignMarks([GAMES], NONE, new Set()), GAMES)]));
    expect(assignMarks([GAMES], given, new Set())).toEqual(given);
  });

  it('forgets the marks of ranges that are not asked for', () => {
    expect(assignMarks([], assignMarks([GAMES], NONE, new Set()), new Set()).size).toBe(0);
  });

  it('gives each range one mark of its own, which nobody else has, and which leads back to it', () => {
    fc.assert(
      fc.property(fc.array(range), fc.array(range), (earlier, ranges) => {
        const known = assignMarks(earlier, NONE, new Set());
        const taken = new Set([...assignMarks(ranges, NONE, new Set()).values()].slice(0, 2).map(({ mark }) => mark));
        for (const { mark } of known.values()) taken.delete(mark);
        const marks = assignMarks(ranges, known, taken);
        const numbers = [...marks.values()].map(({ mark }) => mark);
        expect(new Set(numbers).size).toBe(new Set(ranges.map(serviceKey)).size);
        expect(numbers.filter((mark) => taken.has(mark) || !isOwnMark(mark))).toEqual([]);
        for (const { mark, service } of marks.values()) {
          expect(rangeOf(marks, mark, service.address.includes(':'))).toEqual(service);
          expect(rangeOf(marks, mark, !service.address.includes(':'))).toBeUndefined();
        }
      }),
    );
  });
});
