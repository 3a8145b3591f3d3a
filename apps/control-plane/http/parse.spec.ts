import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { loadBalancerSchema } from '../resources/load-balancer.schema.js';
import { originSchema } from '../resources/origin.schema.js';
import { schedulerPatchSchema } from '../scheduler/scheduler.schema.js';
import { parseOrRefuse } from './parse.js';
import { Problem, type WrongField } from './problem.js';

/** The refusal of a value, or a failure when it is taken. */
function refusal(schema: z.ZodType, value: unknown): Problem {
  try {
    parseOrRefuse(schema, value);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('the value was taken');
}

function codes(errors: readonly WrongField[]): Record<string, string> {
  return Object.fromEntries(errors.map(({ pointer, code }) => [pointer, code]));
}

const shop = {
  name: 'shop',
  addresses: ['203.0.113.10'],
  listeners: [{ protocol: 'TCP', port: 443 }],
  origins: [{ origin: 'eu' }],
};

describe('parseOrRefuse', () => {
  it('answers what is valid, with defaults', () => {
    expect(parseOrRefuse(schedulerPatchSchema, { mode: 'frozen' })).toEqual({ mode: 'frozen' });
    expect(parseOrRefuse(originSchema, { name: 'eu', region: 'eu', endpoints: [{ address: '192.0.2.1' }] })).toEqual({
      name: 'eu',
      region: 'eu',
      endpoints: [{ address: '192.0.2.1', weight: 1 }],
      capacity: {},
      state: 'active',
      labels: {},
    });
  });

  it('names every wrong field at once, each at its place', () => {
    const { code, detail, errors } = refusal(loadBalancerSchema, {
      name: 'Shop!',
      addresses: ['203.0.113.0/24', '2001:db8::1', 'example.com'],
      listeners: [{ protocol: 'TCP', port: 70_000 }],
      origins: [{ origin: 'eu', dialPercent: 101, colour: 'blue' }],
      policy: { maxShiftPercent: 0, latencyMode: 'perhaps' },
      color: 'red',
    });
    expect(code).toBe('invalid-resource');
    expect(codes(errors)).toEqual({
      '/name': 'invalid-value',
      '/addresses/0': 'invalid-value',
      '/addresses/2': 'invalid-value',
      '/listeners/0/port': 'invalid-value',
      '/origins/0/dialPercent': 'invalid-value',
      '/origins/0/colour': 'unknown-field',
      '/policy/maxShiftPercent': 'invalid-value',
      '/policy/latencyMode': 'invalid-value',
      '/color': 'unknown-field',
    });
    for (const { pointer } of errors) expect(detail).toContain(pointer);
  });

  it('tells a field that is missing from one that is wrong, whatever its type', () => {
    expect(codes(refusal(loadBalancerSchema, { listeners: [{}] }).errors)).toEqual({
      '/name': 'missing-field',
      '/addresses': 'missing-field',
      '/listeners/0/protocol': 'missing-field',
      '/listeners/0/port': 'missing-field',
      '/origins': 'missing-field',
    });
    expect(codes(refusal(schedulerPatchSchema, {}).errors)).toEqual({ '/mode': 'missing-field' });
    expect(codes(refusal(schedulerPatchSchema, { mode: 7 }).errors)).toEqual({ '/mode': 'invalid-value' });
    expect(codes(refusal(loadBalancerSchema, { ...shop, name: null }).errors)).toEqual({ '/name': 'invalid-value' });
  });

  it.each<[string, object, string]>([
    ['an address twice, in two notations', { addresses: ['2001:db8::1', '2001:DB8:0::1'] }, '/addresses/1'],
    ['an origin twice', { origins: [{ origin: 'eu' }, { origin: 'eu', port: 8 }] }, '/origins/1'],
    ['probes that overlap', { healthCheck: { protocol: 'TCP', intervalMs: 500 } }, '/healthCheck/timeoutMs'],
    ['an unknown kind of probe', { healthCheck: { protocol: 'ICMP' } }, '/healthCheck/protocol'],
    ['a short IPv4 address', { addresses: ['10.1'] }, '/addresses/0'],
    ['a multicast address', { addresses: ['224.0.0.1'] }, '/addresses/0'],
    ['an unspecified address', { addresses: ['::'] }, '/addresses/0'],
  ])('refuses %s', (_name, change, pointer) => {
    expect(codes(refusal(loadBalancerSchema, { ...shop, ...change }).errors)).toEqual({ [pointer]: 'invalid-value' });
  });

  it('points at the whole when it is not even an object', () => {
    for (const value of [null, [], 'shop', 7]) {
      const { detail, errors } = refusal(loadBalancerSchema, value);
      expect(codes(errors)).toEqual({ '': 'invalid-value' });
      expect(detail).toBe('wrong: the whole');
    }
    expect(codes(refusal(loadBalancerSchema, undefined).errors)).toEqual({ '': 'missing-field' });
  });

  it('escapes what has a meaning in a JSON Pointer', () => {
    expect(codes(refusal(z.strictObject({}), { 'a/b~c': 1 }).errors)).toEqual({ '/a~1b~0c': 'unknown-field' });
  });
});
