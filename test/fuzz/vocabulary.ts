import fc from 'fast-check';
import type { DocumentedOperation } from './api-document.js';

/** Few names, so that requests meet what earlier ones stored, and so that little gathers. */
export const EDGES = ['ams-1', 'fra-1'] as const;

const ADDRESSES = fc.constantFrom(
  ...['192.0.2.1', '192.0.2.2', '198.51.100.7', '203.0.113.10', '2001:db8::1', '2001:db8::2'],
);

/** What a field holds, by its name, where its schema says no more than that it is text. */
export type Vocabulary = Readonly<Record<string, fc.Arbitrary<string>>>;

const SHARED: Vocabulary = {
  address: ADDRESSES,
  addresses: ADDRESSES,
  edge: fc.constantFrom(...EDGES),
  origin: fc.constantFrom('near', 'near', 'eu'),
  loadBalancer: fc.constantFrom('web', 'shop'),
  cursor: fc.constantFrom('shop', 'eu', '7', 'ams-1').map((key) => Buffer.from(`after:${key}`).toString('base64url')),
  query: fc.constantFrom('avg(busy)', '1', 'sum by (job) (rate(x[1m]))'),
  id: fc.integer({ min: 1, max: 9 }).map(String),
};

/** By kind. The first is there from the beginning and is never deleted on purpose, so that much finds what it asks for. */
const NAMES: readonly (readonly [RegExp, readonly [string, ...string[]]])[] = [
  [/load-balancers/, ['web', 'shop', 'blog']],
  [/origins/, ['near', 'eu', 'us']],
  [/edges/, ['ams-1', 'fra-1', 'sin-1']],
  [/./, ['admin', 'deployer', 'dashboard']],
];

/** The words that make sense in requests to this operation. */
export function vocabularyOf({ method, template }: Pick<DocumentedOperation, 'method' | 'template'>): Vocabulary {
  const [first, ...others] = NAMES.find(([pattern]) => pattern.test(template))?.[1] ?? ['web'];
  return { ...SHARED, name: fc.constantFrom(...(method === 'DELETE' ? others : [first, first, first, ...others])) };
}
