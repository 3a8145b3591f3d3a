type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** No resource is nested nearly as deep. What is goes in as it is and is refused as a whole; merged, it would exhaust the stack. */
const DEEPEST = 32;

/** JSON Merge Patch, RFC 7396: objects merge, `null` removes, anything else replaces. Changes neither argument. */
export function mergePatch(target: unknown, patch: unknown, depth = 0): unknown {
  if (!isObject(patch) || depth > DEEPEST) return patch;
  const merged = new Map(Object.entries(isObject(target) ? target : {}));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else merged.set(key, mergePatch(merged.get(key), value, depth + 1) as Json);
  }
  // Not by assignment: a key named __proto__ must stay an ordinary key.
  return Object.fromEntries(merged);
}

function isObject(value: unknown): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
