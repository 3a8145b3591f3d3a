/**
 * A list of JSON values in columns, one for each field of each kind of object in it: a few typed arrays in place of
 * thousands of objects, to be handed from thread to thread. Read again it is what JSON would make of it: what is not finite
 * has become null, what is undefined is left out, and fields keep their order.
 */
export type PackedList =
  /** NaN for null. */
  | { readonly kind: 'numbers'; readonly values: Float64Array }
  /** Each text is told once; -1 for null. */
  | { readonly kind: 'texts'; readonly indices: Int32Array; readonly texts: readonly string[] }
  /** 1 for true. */
  | { readonly kind: 'flags'; readonly values: Uint8Array }
  /** `ends`: how many items there are in this list and all before it. */
  | { readonly kind: 'lists'; readonly ends: Int32Array; readonly items: PackedList }
  /** -1 for null. */
  | { readonly kind: 'objects'; readonly shapeOf: Int32Array; readonly shapes: readonly PackedShape[] }
  /** Whatever is rare. */
  | { readonly kind: 'json'; readonly text: string };

/** Objects with the same fields. */
export interface PackedShape {
  readonly keys: readonly string[];
  /** One for each key; in each the values of all objects of this shape. */
  readonly columns: readonly PackedList[];
}

/** The memory that passes to another thread without being copied. */
export function buffersOf(packed: PackedList): readonly ArrayBuffer[] {
  switch (packed.kind) {
    case 'numbers':
    case 'flags':
      return [packed.values.buffer as ArrayBuffer];
    case 'texts':
      return [packed.indices.buffer as ArrayBuffer];
    case 'lists':
      return [packed.ends.buffer as ArrayBuffer, ...buffersOf(packed.items)];
    case 'objects':
      return [
        packed.shapeOf.buffer as ArrayBuffer,
        ...packed.shapes.flatMap(({ columns }) => columns.flatMap(buffersOf)),
      ];
    case 'json':
      return [];
  }
}
