import { familiarShape } from './familiar-shapes.js';
import type { FieldColumn, Fields } from './fields.js';
import type { PackedList, PackedShape } from './packed-list.js';

export function packList(values: readonly unknown[]): PackedList {
  return packAlike(values) ?? { kind: 'json', text: JSON.stringify(values) };
}

/** All as the first that is not null; null when they are not alike. */
function packAlike(values: readonly unknown[]): PackedList | null {
  const first = values.find((value) => value !== null);
  if (typeof first === 'boolean') return packFlags(values);
  if (typeof first === 'string') return packTexts(values);
  if (Array.isArray(first)) return packLists(values);
  if (typeof first === 'object') return packObjects(values);
  // Numbers, or nothing but null.
  return packNumbers(values);
}

/*
 * Loops in the following are written out, since what fills arrays from other arrays by a function takes ten times as long.
 */

function packFlags(values: readonly unknown[]): PackedList | null {
  const column = new Uint8Array(values.length);
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index];
    if (typeof value !== 'boolean') return null;
    column[index] = value ? 1 : 0;
  }
  return { kind: 'flags', values: column };
}

function packNumbers(values: readonly unknown[]): PackedList | null {
  const column = new Float64Array(values.length);
  return writeNumbers(values, column, 0) ? { kind: 'numbers', values: column } : null;
}

/** False when there is anything but numbers and null. */
function writeNumbers(values: readonly unknown[], column: Float64Array, start: number): boolean {
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index];
    if (typeof value === 'number') column[start + index] = finiteOrNaN(value);
    else if (value === null) column[start + index] = Number.NaN;
    else return false;
  }
  return true;
}

/** As JSON has it, to which -0 is 0. */
function finiteOrNaN(value: number): number {
  return Number.isFinite(value) ? value + 0 : Number.NaN;
}

function packTexts(values: readonly unknown[]): PackedList | null {
  const numbers = new Map<string, number>();
  const texts: string[] = [];
  let next = 0;
  const indices = new Int32Array(values.length).fill(-1);
  for (let index = 0; index < values.length; index += 1) {
    const text = values[index];
    if (text === null) continue;
    if (typeof text !== 'string') return null;
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

function packLists(values: readonly unknown[]): PackedList | null {
  if (!values.every(isList)) return null;
  const ends = new Int32Array(values.length);
  let count = 0;
  for (let index = 0; index < values.length; index += 1) ends[index] = count += values[index]?.length ?? 0;
  return { kind: 'lists', ends, items: packListedNumbers(values, count) ?? packList(flattened(values)) };
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/** Without a list of all between; null when there is anything else in the lists. */
function packListedNumbers(lists: readonly (readonly unknown[])[], count: number): PackedList | null {
  const column = new Float64Array(count);
  let start = 0;
  for (const list of lists) {
    if (!writeNumbers(list, column, start)) return null;
    start += list.length;
  }
  return count === 0 ? null : { kind: 'numbers', values: column };
}

function flattened(lists: readonly (readonly unknown[])[]): readonly unknown[] {
  const items: unknown[] = [];
  for (const list of lists) for (const item of list) items.push(item);
  return items;
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

  /** Null when there are fields that JSON leaves out, or that no object can be copied with. */
  pack(): PackedShape | null {
    if (this.keys.includes('__proto__')) return null;
    const columns = this.#columns().map(packColumn);
    return columns.includes(null) ? null : { keys: this.keys, columns: columns.filter((column) => column !== null) };
  }

  /** By key, the values of all. */
  #columns(): readonly FieldColumn[] {
    const familiar = familiarShape(this.keys);
    if (familiar !== null) return familiar.columns(this.members);
    return this.keys.map((key) => this.members.map((member) => member[key]));
  }
}

function packColumn(values: FieldColumn): PackedList | null {
  return packAlike(values) ?? (values.includes(undefined) ? null : packList(values));
}

/** More are no table any more. */
const MOST_SHAPES = 64;

/** Null for objects that are too different, or cannot be told by columns. */
function packObjects(values: readonly unknown[]): PackedList | null {
  const shapes: Shape[] = [];
  const shapeOf = new Int32Array(values.length).fill(-1);
  let shape: Shape | undefined;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index];
    if (value === null) continue;
    if (!isRecord(value)) return null;
    // The next is mostly like the last.
    if (shape?.fits(value) !== true) shape = shapeFor(value, shapes);
    shape.members.push(value);
    shapeOf[index] = shape.number;
    if (shapes.length > MOST_SHAPES) return null;
  }
  const packed = shapes.map((one) => one.pack());
  return packed.includes(null) ? null : { kind: 'objects', shapeOf, shapes: packed.filter((one) => one !== null) };
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && !Array.isArray(value);
}

function shapeFor(value: Fields, shapes: Shape[]): Shape {
  const known = shapes.find((shape) => shape.fits(value));
  if (known !== undefined) return known;
  const shape = new Shape(shapes.length, value);
  shapes.push(shape);
  return shape;
}
