import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sipHash32, type SipKey } from './sip-hash.js';

const whole = (bits: number) => (value: bigint) => BigInt.asUintN(bits, value);
const word = whole(64);

/** The algorithm as it was published, on whole words; slow. */
function published(value: number, { first, second }: SipKey): number {
  const block = (4n << 56n) | BigInt(value);
  let v0 = 0x736f6d6570736575n ^ BigInt(first);
  let v1 = 0x646f72616e646f6dn ^ BigInt(second);
  let v2 = 0x6c7967656e657261n ^ BigInt(first);
  let v3 = 0x7465646279746573n ^ BigInt(second);
  const rotate = (bits: bigint, by: bigint) => word((bits << by) | (bits >> (64n - by)));
  const round = () => {
    v0 = word(v0 + v1);
    v1 = rotate(v1, 13n) ^ v0;
    v0 = rotate(v0, 32n);
    v2 = word(v2 + v3);
    v3 = rotate(v3, 16n) ^ v2;
    v0 = word(v0 + v3);
    v3 = rotate(v3, 21n) ^ v0;
    v2 = word(v2 + v1);
    v1 = rotate(v1, 17n) ^ v2;
    v2 = rotate(v2, 32n);
  };
  v3 ^= block;
  round();
  v0 ^= block;
  v2 ^= 0xffn;
  round();
  round();
  round();
  return Number(whole(32)(v0 ^ v1 ^ v2 ^ v3));
}

describe('sipHash32', () => {
  it.each([
    [0, 2_596_571_888],
    [1, 3_279_646_864],
    [0xcb00_710a, 4_116_683_235],
    [0xffff_ffff, 1_959_450_338],
  ])('is what CPython 3.11 hashes the bytes of %i to, with its hash seed 0', (value, hash) => {
    expect(sipHash32(value, { first: 0, second: 0 })).toBe(hash);
  });

  it('is the published algorithm for every value and key', () => {
    const number = fc.integer({ min: 0, max: 0xffff_ffff });
    fc.assert(
      fc.property(number, number, number, (value, first, second) => {
        expect(sipHash32(value, { first, second })).toBe(published(value, { first, second }));
      }),
    );
  });
});
