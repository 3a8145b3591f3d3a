/** Key of SipHash: two words of 64 bits, here with their upper halves 0. */
export interface SipKey {
  readonly first: number;
  readonly second: number;
}

const BYTES = 4;

/**
 * The lower half of SipHash-1-3 of a number below 2^32, taken as four bytes: what the kernel's `hsiphash` answers on 64-bit
 * machines. (J.-P. Aumasson, D. J. Bernstein: SipHash, a fast short-input PRF, 2012; Linux, lib/siphash.c)
 */
export function sipHash32(value: number, { first, second }: SipKey): number {
  const state = new SipState(first, second);
  // The last block is the bytes that are left, with the length in its uppermost byte.
  state.absorb(BYTES << 24, value);
  return state.finish();
}

/** Four words that start as "somepseudorandomlygeneratedbytes", laid over with the key. */
class SipState {
  readonly #v0: Word;
  readonly #v1: Word;
  readonly #v2: Word;
  readonly #v3: Word;

  constructor(first: number, second: number) {
    this.#v0 = new Word(0x736f6d65, (0x70736575 ^ first) >>> 0);
    this.#v1 = new Word(0x646f7261, (0x6e646f6d ^ second) >>> 0);
    this.#v2 = new Word(0x6c796765, (0x6e657261 ^ first) >>> 0);
    this.#v3 = new Word(0x74656462, (0x79746573 ^ second) >>> 0);
  }

  absorb(upper: number, lower: number): void {
    this.#v3.xor(upper, lower);
    this.#round();
    this.#v0.xor(upper, lower);
  }

  finish(): number {
    this.#v2.xor(0, 0xff);
    for (let round = 0; round < 3; round += 1) this.#round();
    return (this.#v0.lower ^ this.#v1.lower ^ this.#v2.lower ^ this.#v3.lower) >>> 0;
  }

  #round(): void {
    addRotateXor(this.#v0, this.#v1, 13);
    this.#v0.swapHalves();
    addRotateXor(this.#v2, this.#v3, 16);
    addRotateXor(this.#v0, this.#v3, 21);
    addRotateXor(this.#v2, this.#v1, 17);
    this.#v2.swapHalves();
  }
}

/** `sum += other; other = rotate(other, bits) ^ sum`. */
function addRotateXor(sum: Word, other: Word, bits: number): void {
  sum.add(other);
  other.rotate(bits);
  other.xor(sum.upper, sum.lower);
}

/** 64 bits, as two numbers below 2^32: an order of magnitude faster than a bigint. */
class Word {
  constructor(
    public upper: number,
    public lower: number,
  ) {}

  add({ upper, lower }: Word): void {
    const sum = this.lower + lower;
    this.upper = (this.upper + upper + (sum > 0xffff_ffff ? 1 : 0)) >>> 0;
    this.lower = sum >>> 0;
  }

  xor(upper: number, lower: number): void {
    this.upper = (this.upper ^ upper) >>> 0;
    this.lower = (this.lower ^ lower) >>> 0;
  }

  /** To the left, by 1 to 31 bits. */
  rotate(bits: number): void {
    const { upper, lower } = this;
    this.upper = ((upper << bits) | (lower >>> (32 - bits))) >>> 0;
    this.lower = ((lower << bits) | (upper >>> (32 - bits))) >>> 0;
  }

  swapHalves(): void {
    [this.upper, this.lower] = [this.lower, this.upper];
  }
}
