/*
 * All that a library function would do once for each element of a long array is a loop here: calls cost more than what they
 * do.
 */

export function sumOf(figures: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < figures.length; index += 1) sum += floatAt(figures, index);
  return sum;
}

export function greatestMagnitude(figures: Float64Array): number {
  let greatest = 0;
  for (let index = 0; index < figures.length; index += 1) {
    greatest = Math.max(greatest, Math.abs(floatAt(figures, index)));
  }
  return greatest;
}

/** All from 0 on. */
export function numbersBelow(count: number): Int32Array {
  const numbers = new Int32Array(count);
  for (let number = 0; number < count; number += 1) numbers[number] = number;
  return numbers;
}

export function concat(one: Int32Array, other: Int32Array): Int32Array {
  const both = new Int32Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}

/*
 * Elements that are known to be there. The compiler takes every index for one that may miss; a miss would be a bug, and
 * must show: NaN runs through to the answer, which is refused. One function for each kind of array, so that the engine
 * sees one kind at each place, and puts the load there in place of the call.
 */

export function intAt(list: Int32Array, index: number): number {
  return list[index] ?? -1;
}

export function floatAt(list: Float64Array, index: number): number {
  return list[index] ?? NaN;
}

export function byteAt(list: Uint8Array, index: number): number {
  return list[index] ?? 0;
}
