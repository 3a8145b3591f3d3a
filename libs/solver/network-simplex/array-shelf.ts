/**
 * Keeps arrays to use them again: large new ones take longer to get from the system than to fill. What is in a borrowed
 * array is left from its last use.
 */
export class ArrayShelf {
  private readonly floatArrays = new Borrowing((length) => new Float64Array(length));
  private readonly intArrays = new Borrowing((length) => new Int32Array(length));
  private readonly byteArrays = new Borrowing((length) => new Uint8Array(length));
  private inner: ArrayShelf | null = null;

  floats(length: number): Float64Array {
    return this.floatArrays.borrow(length);
  }

  ints(length: number): Int32Array {
    return this.intArrays.borrow(length);
  }

  bytes(length: number): Uint8Array {
    return this.byteArrays.borrow(length);
  }

  /** For what is made of what is on this one, and needed for a while only: another shelf, with all arrays taken back. */
  emptyInner(): ArrayShelf {
    this.inner ??= new ArrayShelf();
    this.inner.takeBack();
    return this.inner;
  }

  /** Takes all arrays back: whoever borrowed one must no longer use it. */
  takeBack(): void {
    this.floatArrays.takeBack();
    this.intArrays.takeBack();
    this.byteArrays.takeBack();
  }
}

/** Arrays are lent in the order in which they came: the same borrower gets the same array the next time. */
class Borrowing<A extends { readonly length: number; subarray(begin: number, end: number): A }> {
  private readonly arrays: A[] = [];
  private lent = 0;

  constructor(private readonly create: (length: number) => A) {}

  borrow(length: number): A {
    const kept = this.arrays[this.lent];
    const array = kept !== undefined && kept.length >= length ? kept : this.create(length);
    this.arrays[this.lent] = array;
    this.lent += 1;
    return array.length === length ? array : array.subarray(0, length);
  }

  takeBack(): void {
    this.lent = 0;
  }
}
