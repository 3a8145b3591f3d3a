import { describe, expect, it } from 'vitest';
import { listAt, pointerOf, valueAt, withEntry, withValue } from './resource-field.js';

const shop = { name: 'shop', listeners: [{ port: 80 }, { port: 443 }], policy: { mode: 'automatic' } };

describe('fields of a resource', () => {
  it('are found by their path, where there is anything', () => {
    expect(valueAt(shop, ['listeners', 1, 'port'])).toBe(443);
    expect(valueAt(shop, ['listeners', 7, 'port'])).toBeUndefined();
    expect(valueAt(shop, ['name', 'length', 'of'])).toBeUndefined();
    expect(listAt(shop, ['listeners'])).toHaveLength(2);
    expect(listAt(shop, ['policy'])).toEqual([]);
  });

  it.each([
    [['name'], 'blog', { ...shop, name: 'blog' }],
    [['listeners', 0, 'port'], 8080, { ...shop, listeners: [{ port: 8080 }, { port: 443 }] }],
    [['policy', 'maxLatencyMs'], 150, { ...shop, policy: { mode: 'automatic', maxLatencyMs: 150 } }],
    [['affinity', 'type'], 'none', { ...shop, affinity: { type: 'none' } }],
    [['policy', 'mode'], undefined, { ...shop, policy: {} }],
    [['listeners', 0], undefined, { ...shop, listeners: [{ port: 443 }] }],
  ])('change at %j to %j, and nothing else', (path, value, expected) => {
    const before = structuredClone(shop);
    expect(withValue(shop, path, value)).toEqual(expected);
    expect(shop).toEqual(before);
  });

  it('get one entry more, though there was no list', () => {
    expect(withEntry(shop, ['listeners'], { port: 53 })).toMatchObject({ listeners: [{}, {}, { port: 53 }] });
    expect(withEntry({}, ['addresses'], '')).toEqual({ addresses: [''] });
  });

  it('are named as the API names them', () => {
    expect(pointerOf(['listeners', 0, 'port'])).toBe('/listeners/0/port');
    expect(pointerOf(['labels', 'a/b~c'])).toBe('/labels/a~1b~0c');
  });
});
