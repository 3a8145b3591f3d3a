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
