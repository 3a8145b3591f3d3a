import { familiarShape, type FamiliarShape } from './familiar-shapes.js';
import type { Fields } from './fields.js';
import type { PackedList, PackedShape } from './packed-list.js';

/** What `packList` packed; of pairs, the lists that are left packed are read later. */
export function unpackList(packed: PackedList): unknown[] {
  const reader = listReader(packed);
  return itemsOf(reader, 0, reader.length);
}

/** Reads a packed list item by item, in any order: what nobody asks for is never made. */
interface ListReader {
  readonly length: number;
  /** What `packList` packed there; each time it is asked for, objects and lists are made anew. */
  at(index: number): unknown;
}

function listReader(packed: PackedList): ListReader {
  switch (packed.kind) {
    case 'numbers':
      return new NumberReader(packed.values);
    case 'texts':
      return new TextReader(packed.indices, packed.texts);
    case 'flags':
      return new FlagReader(packed.values);
    case 'lists':
      return new NestedListReader(packed.ends, listReader(packed.items));
    case 'objects':
      return new ObjectReader(packed.shapeOf, packed.shapes);
    case 'json':
      return new JsonReader(packed.text);
  }
}

function itemsOf(reader: ListReader, start: number, end: number): unknown[] {
  // One that grows item by item holds memory for twice as many.
  const items = new Array<unknown>(end - start);
  for (let index = start; index < end; index += 1) items[index - start] = reader.at(index);
  return items;
}

class NumberReader implements ListReader {
  constructor(private readonly values: Float64Array) {}

  get length(): number {
    return this.values.length;
  }

  at(index: number): number | null {
    const value = this.values[index] ?? Number.NaN;
    return Number.isNaN(value) ? null : value;
  }
}

class TextReader implements ListReader {
  constructor(
    private readonly indices: Int32Array,
    private readonly texts: readonly string[],
  ) {}

  get length(): number {
    return this.indices.length;
  }

  at(index: number): string | null {
    const number = this.indices[index] ?? -1;
    return number < 0 ? null : (this.texts[number] ?? null);
  }
}

class FlagReader implements ListReader {
  constructor(private readonly values: Uint8Array) {}

  get length(): number {
    return this.values.length;
  }

  at(index: number): boolean {
    return this.values[index] === 1;
  }
}

class NestedListReader implements ListReader {
  constructor(
    private readonly ends: Int32Array,
    private readonly items: ListReader,
  ) {}

  get length(): number {
    return this.ends.length;
  }

  at(index: number): unknown[] {
    return itemsOf(this.items, index === 0 ? 0 : (this.ends[index - 1] ?? 0), this.ends[index] ?? 0);
  }
}

class JsonReader implements ListReader {
  readonly #values: readonly unknown[];

  constructor(text: string) {
    this.#values = JSON.parse(text) as readonly unknown[];
  }

  get length(): number {
    return this.#values.length;
  }

  at(index: number): unknown {
    return this.#values[index];
  }
}

class ObjectReader implements ListReader {
  readonly #shapes: readonly ShapeReader[];
  /** By object, its place among those of its shape. */
  readonly #places: Int32Array;

  constructor(
    private readonly shapeOf: Int32Array,
    shapes: readonly PackedShape[],
  ) {
    this.#shapes = shapes.map((shape) => new ShapeReader(shape));
    this.#places = placesIn(shapeOf, shapes.length);
  }

  get length(): number {
    return this.shapeOf.length;
  }

  at(index: number): Fields | null {
    return this.#shapes[this.shapeOf[index] ?? -1]?.make(this.#places[index] ?? 0) ?? null;
  }
}

function placesIn(shapeOf: Int32Array, shapes: number): Int32Array {
  const places = new Int32Array(shapeOf.length);
  const counts = new Int32Array(shapes);
  for (let index = 0; index < shapeOf.length; index += 1) {
    const shape = shapeOf[index] ?? -1;
    if (shape < 0) continue;
    const place = counts[shape] ?? 0;
    places[index] = place;
    counts[shape] = place + 1;
  }
  return places;
}

class ShapeReader {
  readonly #keys: readonly string[];
  readonly #familiar: FamiliarShape | null;
  readonly #columns: readonly ListReader[];
  /** To be copied: an engine makes one object like another much faster than field by field. */
  readonly #likeness: Fields;

  constructor({ keys, columns }: PackedShape) {
    this.#keys = keys;
    this.#familiar = familiarShape(keys);
    this.#columns = columns.map(listReader);
    this.#likeness = JSON.parse(JSON.stringify(Object.fromEntries(keys.map((key) => [key, null])))) as Fields;
  }

  make(at: number): Fields {
    return this.#familiar === null ? this.#makeByKeys(at) : this.#familiar.make(this.#columns, at);
  }

  #makeByKeys(at: number): Fields {
    const object: Record<string, unknown> = { ...this.#likeness };
    for (let column = 0; column < this.#keys.length; column += 1) {
      object[this.#keys[column] ?? ''] = this.#columns[column]?.at(at);
    }
    return object;
  }
}
