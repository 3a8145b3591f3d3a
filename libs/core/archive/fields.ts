/** An object's fields. */
export type Fields = Readonly<Record<string, unknown>>;

/** Values of one field, of object after object. */
export type FieldColumn = readonly unknown[];

/** The same to be read, one by one. */
export interface FieldReader {
  at(index: number): unknown;
}
