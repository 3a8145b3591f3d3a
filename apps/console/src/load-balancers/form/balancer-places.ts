import { type FieldPath, listAt, pointerOf } from './resource-field.js';

/** Lists of the form, with the fields of a row; the addresses are rows of one field. */
const ROWS = {
  addresses: [[]],
  listeners: [['protocol'], ['port'], ['endPort']],
  origins: [['origin'], ['port'], ['dialPercent'], ['tier'], ['maxRate']],
} as const satisfies Readonly<Record<string, readonly FieldPath[]>>;

const FIELDS: readonly FieldPath[] = [
  ['name'],
  ['distribution'],
  ['policy'],
  ['policy', 'mode'],
  ['policy', 'frozen'],
  ['policy', 'maxLatencyMs'],
  ['policy', 'latencyMode'],
  ['policy', 'maxShiftPercent'],
  ['policy', 'overloadMaxShiftPercent'],
  ['policy', 'targetUtilizationPercent'],
];

/** Where the form of this resource can show what is wrong: its fields, and the groups around them. */
export function balancerPlaces(resource: unknown): readonly string[] {
  const rows = Object.entries(ROWS).flatMap(([list, fields]): readonly FieldPath[] => [
    [list],
    ...listAt(resource, [list]).flatMap((_, row) => fields.map((field) => [list, row, ...field])),
  ]);
  return [...FIELDS, ...rows].map(pointerOf);
}
