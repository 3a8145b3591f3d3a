import { describe, expect, it } from 'vitest';
import { certificateNames } from './client-certificate.js';

describe('certificateNames', () => {
  it.each([
    ['ams-1', undefined, ['ams-1']],
    [['a', 'b'], undefined, ['a', 'b']],
    ['ams-1', 'DNS:ams-1, DNS:ams-1.example.com, IP Address:192.0.2.1', ['ams-1', 'ams-1.example.com']],
    [undefined, 'IP Address:192.0.2.1, DNS:fra-1', ['fra-1']],
    // Node quotes what could be mistaken for two names.
    [undefined, 'URI:"http://x/, DNS:ams-1"', []],
    [undefined, 'DNS:"ams-1, DNS:fra-1"', []],
    [undefined, undefined, []],
  ])('reads %j and %j', (commonName, alternativeNames, expected) => {
    expect(certificateNames(commonName, alternativeNames)).toEqual(expected);
  });
});
