import type { Schemas } from '#client/weir-client.js';

type LoadBalancer = Schemas['LoadBalancerInput'];

/** What somebody typed: a resource, or why it is none. */
export type Draft =
  | { readonly kind: 'resource'; readonly resource: LoadBalancer }
  | { readonly kind: 'unreadable'; readonly problem: string };

/** The control plane says what is wrong with a resource; only what is no JSON object never gets there. */
export function readDraft(text: string): Draft {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) {
      return { kind: 'resource', resource: parsed as LoadBalancer };
    }
    return { kind: 'unreadable', problem: 'A load balancer is an object: { … }' };
  } catch (error) {
    return { kind: 'unreadable', problem: error instanceof Error ? error.message : String(error) };
  }
}

export function shownDraft(resource: unknown): string {
  return `${JSON.stringify(resource, null, 2)}\n`;
}

/** The same value with its fields in the order of the other's, as far as that has them: what is equal reads the same. */
export function inOrderOf(model: unknown, value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map((entry: unknown, index) => inOrderOf(Array.isArray(model) ? model[index] : undefined, entry));
  }
  if (!isFields(value)) return value;
  const order = isFields(model) ? Object.keys(model) : [];
  const names = [
    ...order.filter((name) => name in value),
    ...Object.keys(value).filter((name) => !order.includes(name)),
  ];
  return Object.fromEntries(
    names.map((name) => [name, inOrderOf(isFields(model) ? model[name] : undefined, value[name])]),
  );
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a new load balancer begins with. */
export function newDraft(origins: readonly string[]): string {
  return shownDraft({
    name: 'shop',
    addresses: ['203.0.113.10'],
    listeners: [{ protocol: 'TCP', port: 443 }],
    origins: origins.map((origin) => ({ origin })),
  });
}
