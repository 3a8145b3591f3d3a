/** What the control plane says of one place of a resource. */
export interface FieldError {
  readonly pointer: string;
  readonly detail: string;
}

/** What is wrong, by the place that shows it. */
export type PlacedErrors = ReadonlyMap<string, readonly string[]>;

/**
 * Puts each error to the place that it is about, or else to the nearest around it: what no field shows, its group tells.
 * An error that no place is around is left out.
 */
export function placeErrors(errors: readonly FieldError[], places: readonly string[]): PlacedErrors {
  const placed = new Map<string, string[]>();
  for (const { pointer, detail } of errors) {
    const around = places.filter((place) => pointer === place || pointer.startsWith(`${place}/`));
    const nearest = around.reduce((best, place) => (place.length > best.length ? place : best), '');
    if (nearest !== '') placed.set(nearest, [...(placed.get(nearest) ?? []), detail]);
  }
  return placed;
}
