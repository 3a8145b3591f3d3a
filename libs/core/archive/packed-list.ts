import { familiarShape, type FamiliarShape, type FieldColumn, type Fields } from './familiar-shapes.js';

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
  /** `ends`: how many items there are in this list and all before it. */
  | { readonly kind: 'lists'; readonly ends: Int32Array; readonly items: PackedList }
  /** -1 for null. */
  | { readonly kind: 'objects'; readonly shapeOf: Int32Array; readonly shapes: readonly PackedShape[] }
  | { readonly kind: 'flags'; readonly values: readonly boolean[] }
  /** Whatever is rare. */
  | { readonly kind: 'json'; readonly text: string };

/** Objects with the same fields. */
interface PackedShape {
  readonly keys: readonly string[];
  /** One for each key; in each the values of all objects of this shape. */
  readonly columns: readonly PackedList[];
}

export function packList(values: readonly unknown[]): PackedList {
  if (values.every(isFlag)) return { kind: 'flags', values };
  if (values.every(isNumberOrNull)) return packNumbers(values);
  if (values.every(isTextOrNull)) return packTexts(values);
  if (values.every(Array.isArray)) return packLists(values);
  const objects = values.every(isRecordOrNull) ? packObjects(values) : null;
  return objects ?? { kind: 'json', text: JSON.stringify(values) };
}

/** What `packList` packed. */
export function unpackList(packed: PackedList): unknown[] {
  switch (packed.kind) {
    case 'numbers':
      return unpackNumbers(packed.values);
    case 'texts':
      return unpackTexts(packed.indices, packed.texts);
    case 'lists':
      return unpackLists(packed.ends, unpackList(packed.items));
    case 'objects':
      return unpackObjects(packed.shapeOf, packed.shapes);
    case 'flags':
      return [...packed.values];
    case 'json':
      return JSON.parse(packed.text) as unknown[];
  }
}

/** The memory that passes to another thread without being copied. */
export function buffersOf(packed: PackedList): readonly ArrayBuffer[] {
  switch (packed.kind) {
    case 'numbers':
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
    case 'flags':
    case 'json':
      return [];
  }
}

function isFlag(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

function isNumberOrNull(value: unknown): value is number | null {
  return typeof value === 'number' || value === null;
}

function isTextOrNull(value: unknown): value is string | null {
  return typeof value === 'string' || value === null;
}

function isRecordOrNull(value: unknown): value is Fields | null {
  return typeof value === 'object' && !Array.isArray(value);
}

/** As JSON has it, to which -0 is 0. */
function finiteOrNaN(value: number | null): number {
  return value === null || !Number.isFinite(value) ? Number.NaN : value + 0;
}

/*
 * Loops in the following are written out, since what fills arrays from other arrays by a function takes ten times as long.
 */

function packNumbers(values: readonly (number | null)[]): PackedList {
  const column = new Float64Array(values.length);
  for (let index = 0; index < values.length; index += 1) column[index] = finiteOrNaN(values[index] ?? null);
  return { kind: 'numbers', values: column };
}

function unpackNumbers(column: Float64Array): unknown[] {
  const values: unknown[] = [];
  for (const value of column) values.push(Number.isNaN(value) ? null : value);
  return values;
}

function packTexts(values: readonly (string | null)[]): PackedList {
  const numbers = new Map<string, number>();
  const texts: string[] = [];
  let next = 0;
  const indices = new Int32Array(values.length).fill(-1);
  for (let index = 0; index < values.length; index += 1) {
    const text = values[index] ?? null;
    if (text === null) continue;
    // Names that follow each other once mostly do so again.
    const number = text === texts[next] ? next : (numbers.get(text) ?? numbers.size);
    if (number === numbers.size) {
      numbers.set(text, number);
      texts.push(text);
    }
    indices[index] = number;
    next = (number + 1) % texts.length;
  }
  return { kind: 'texts', indices, texts };
}

function unpackTexts(indices: Int32Array, texts: readonly string[]): unknown[] {
  const values: unknown[] = [];
  for (const index of indices) values.push(texts[index] ?? null);
  return values;
}

function packLists(values: readonly (readonly unknown[])[]): PackedList {
  const ends = new Int32Array(values.length);
  let count = 0;
  for (let index = 0; index < values.length; index += 1) ends[index] = count += values[index]?.length ?? 0;
  return { kind: 'lists', ends, items: packListedNumbers(values, count) ?? packList(values.flat()) };
}

/** Without a list of all between; null when there is anything else in the lists. */
function packListedNumbers(lists: readonly (readonly unknown[])[], count: number): PackedList | null {
  const column = new Float64Array(count);
  let next = 0;
  for (const list of lists) {
    for (const item of list) {
      if (!isNumberOrNull(item)) return null;
      column[next] = finiteOrNaN(item);
      next += 1;
    }
  }
  return count === 0 ? null : { kind: 'numbers', values: column };
}

function unpackLists(ends: Int32Array, items: unknown[]): unknown[] {
  const lists: unknown[] = [];
  let start = 0;
  for (const end of ends) {
    lists.push(items.slice(start, end));
    start = end;
  }
  return lists;
}

/** Objects with the same fields in the same order. */
class Shape {
  readonly keys: readonly string[];
  readonly members: Fields[] = [];

  constructor(
    readonly number: number,
    first: Fields,
  ) {
    this.keys = Object.keys(first);
  }

  fits(value: Fields): boolean {
    let count = 0;
    for (const key in value) {
      if (key !== this.keys[count]) return false;
      count += 1;
    }
    return count === this.keys.length;
  }

  /** By key, the values of all. */
  columns(): readonly FieldColumn[] {
    const familiar = familiarShape(this.keys);
    if (familiar !== null) return familiar.columns(this.members);
    return this.keys.map((key) => this.members.map((member) => member[key]));
  }
}

/** More are no table any more. */
const MOST_SHAPES = 64;

/** Null for objects that are too different, or have fields that JSON leaves out, or no object can be copied with. */
function packObjects(values: readonly (Fields | null)[]): PackedList | null {
  const shapes: Shape[] = [];
  const shapeOf = new Int32Array(values.length).fill(-1);
  let shape: Shape | undefined;
  for (const [index, value] of values.entries()) {
    if (value === null) continue;
    // The next is mostly like the last.
    if (shape?.fits(value) !== true) shape = shapeFor(value, shapes);
    shape.members.push(value);
    shapeOf[index] = shape.number;
    if (shapes.length > MOST_SHAPES) return null;
  }
  const packed = shapes.map(packShape);
  return packed.includes(null) ? null : { kind: 'objects', shapeOf, shapes: packed.filter((one) => one !== null) };
}

function packShape(shape: Shape): PackedShape | null {
  const columns = shape.columns();
  if (shape.keys.includes('__proto__') || columns.some((values) => values.includes(undefined))) return null;
  return { keys: shape.keys, columns: columns.map(packList) };
}

function shapeFor(value: Fields, shapes: Shape[]): Shape {
  const known = shapes.find((shape) => shape.fits(value));
  if (known !== undefined) return known;
  const shape = new Shape(shapes.length, value);
  shapes.push(shape);
  return shape;
}

function unpackObjects(shapeOf: Int32Array, shapes: readonly PackedShape[]): unknown[] {
  const readers = shapes.map((shape) => new ShapeReader(shape));
  const objects: unknown[] = [];
  for (const shape of shapeOf) objects.push(readers[shape]?.next() ?? null);
  return objects;
}

class ShapeReader {
  readonly #keys: readonly string[];
  readonly #familiar: FamiliarShape | null;
  readonly #columns: readonly FieldColumn[];
  /** To be copied: an engine makes one object like another much faster than field by field. */
  readonly #likeness: Fields;
  #next = 0;

  constructor({ keys, columns }: PackedShape) {
    this.#keys = keys;
    this.#familiar = familiarShape(keys);
    this.#columns = columns.map(unpackList);
    this.#likeness = JSON.parse(JSON.stringify(Object.fromEntries(keys.map((key) => [key, null])))) as Fields;
  }

  next(): Fields {
    const at = this.#next;
    this.#next += 1;
    return this.#familiar === null ? this.#makeByKeys(at) : this.#familiar.make(this.#columns, at);
  }

  #makeByKeys(at: number): Fields {
    const object: Record<string, unknown> = { ...this.#likeness };
    for (let column = 0; column < this.#keys.length; column += 1) {
      object[this.#keys[column] ?? ''] = this.#columns[column]?.[at];
    }
    return object;
  }
}
