/** What something is like, a line for each thing known of it; `null` is not worth a line. */
export type Field = readonly [name: string, value: string | null];

/** The fields below each other, their values aligned. */
export function renderFields(fields: readonly Field[]): string {
  const known = fields.filter(([, value]) => value !== null && value !== '');
  const width = Math.max(0, ...known.map(([name]) => name.length));
  return known.map(([name, value]) => `  ${name.padEnd(width)}  ${String(value)}\n`).join('');
}

export function labelsText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ');
}
