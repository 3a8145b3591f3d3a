import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalAddress, destinationKey, formatSocket, isSameFamily, parseSocket, serviceKey } from './service.js';

describe('parseSocket', () => {
  it.each([
    ['203.0.113.10:443', { address: '203.0.113.10', port: 443 }],
    ['[2001:DB8:0:0::10]:80', { address: '2001:db8::10', port: 80 }],
    ['10.91.2.11:0', { address: '10.91.2.11', port: 0 }],
  ])('reads %s', (text, socket) => {
    expect(parseSocket(text)).toEqual(socket);
  });

  it.each(['', '203.0.113.10', '203.0.113.10:', '203.0.113.10:65536', 'edge.example:80', '2001:db8::10:80', '[::1]'])(
    'refuses "%s"',
    (text) => {
      expect(parseSocket(text)).toBeNull();
    },
  );

  it('reads back every address and port that formatSocket writes', () => {
    const addresses = fc.oneof(fc.ipV4(), fc.ipV6()).map(canonicalAddress);
    fc.assert(
      fc.property(addresses, fc.integer({ min: 0, max: 65_535 }), (address, port) => {
        expect(parseSocket(formatSocket({ address, port }))).toEqual({ address, port });
      }),
    );
  });
});

describe('keys', () => {
  const service = { protocol: 'TCP', address: '2001:db8::10', port: 443 } as const;

  it('name the service and the destination as people write them', () => {
    expect(serviceKey(service)).toBe('TCP [2001:db8::10]:443');
    expect(destinationKey(service, { address: '192.0.2.1', port: 80 })).toBe('TCP [2001:db8::10]:443 -> 192.0.2.1:80');
  });

  it('tell the families apart', () => {
    expect(isSameFamily(service, { address: '::1', port: 1 })).toBe(true);
    expect(isSameFamily(service, { address: '192.0.2.1', port: 1 })).toBe(false);
  });
});
