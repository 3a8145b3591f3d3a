/** Where a field is in a resource: names of fields, and places in lists. */
export type FieldPath = readonly (string | number)[];

/** As the API names the place in what it says is wrong (RFC 6901). */
export function pointerOf(path: FieldPath): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** `undefined` where there is nothing, or something else than the path expects. */
export function valueAt(resource: unknown, path: FieldPath): unknown {
  return path.reduce<unknown>((value, step) => (isObject(value) ? value[step] : undefined), resource);
}

/** The resource with another value there; `undefined` takes the field out. Nothing else of it changes. */
export function withValue(resource: unknown, path: FieldPath, value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (Array.isArray(resource)) {
    const next = withValue(resource[Number(step)], rest, value);
    return next === undefined ? resource.toSpliced(Number(step), 1) : resource.with(Number(step), next);
  }
  const fields = isObject(resource) ? resource : {};
  const next = withValue(fields[step], rest, value);
  if (next !== undefined) return { ...fields, [step]: next };
  return Object.fromEntries(Object.entries(fields).filter(([name]) => name !== String(step)));
}

/** The list with one entry more. */
export function withEntry(resource: unknown, path: FieldPath, entry: unknown): unknown {
  return withValue(resource, path, [...listAt(resource, path), entry]);
}

export function listAt(resource: unknown, path: FieldPath): readonly unknown[] {
  const value = valueAt(resource, path);
  return Array.isArray(value) ? value : [];
}

function isObject(value: unknown): value is Readonly<Record<string | number, unknown>> {
  return typeof value === 'object' && value !== null;
}
