import type { FieldReader, Fields } from './fields.js';

/** Where the list is that an object leaves packed. */
class PackedPlace {
  readonly #lists: FieldReader | undefined;
  readonly #at: number;

  constructor(lists: FieldReader | undefined, at: number) {
    this.#lists = lists;
    this.#at = at;
  }

  static listOf(place: PackedPlace): unknown {
    return place.#lists?.at(place.#at);
  }
}

/** The same function for all objects: one for each would take longer to make than its list. */
const UNPACKED_WHEN_READ: PropertyDescriptor & ThisType<PackedPlace> = {
  enumerable: true,
  get() {
    return PackedPlace.listOf(this);
  },
};

/**
 * An object of these fields and, last, a list that stays packed: each reading makes it anew, for the reader alone. A fleet has a
 * million items in such lists; to keep them alive as objects takes an engine longer than making them for all who read them.
 * It is written as JSON, compared and spread like any other object.
 */
export function withListLeftPacked(fields: Fields, name: string, lists: FieldReader | undefined, at: number): Fields {
  const object = Object.assign(new PackedPlace(lists, at), fields);
  return Object.defineProperty(object, name, UNPACKED_WHEN_READ);
}
