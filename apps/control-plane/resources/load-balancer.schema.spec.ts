import { describe, expect, it } from 'vitest';
import { loadBalancerSchema } from './load-balancer.schema.js';

const shop = {
  name: 'shop',
  addresses: ['203.0.113.10'],
  listeners: [{ protocol: 'TCP', port: 443 }],
  origins: [{ origin: 'eu' }],
};

const written = (fields: object) => loadBalancerSchema.parse({ ...shop, ...fields });

function refusals(fields: object): readonly string[] {
  const { error } = loadBalancerSchema.safeParse({ ...shop, ...fields });
  return (error?.issues ?? []).map(({ path }) => `/${path.join('/')}`);
}

describe('loadBalancerSchema', () => {
  it('fills in what is left out', () => {
    expect(written({})).toMatchObject({
      forwarding: { method: 'masquerade', sourceNat: true },
      affinity: { type: 'none' },
      healthCheck: { protocol: 'TCP' },
    });
  });

  it.each([
    [{}, { method: 'masquerade', sourceNat: true }],
    [{ sourceNat: false }, { method: 'masquerade', sourceNat: false }],
    [{ method: 'direct' }, { method: 'direct', sourceNat: false }],
    [
      { method: 'tunnel', sourceNat: false },
      { method: 'tunnel', sourceNat: false },
    ],
  ])('reads the forwarding %j as %j', (forwarding, expected) => {
    expect(written({ forwarding }).forwarding).toEqual(expected);
  });

  it('reads UDP and ranges of ports, and leaves out what was left out', () => {
    const listeners = [
      { protocol: 'UDP', port: 443 },
      { protocol: 'TCP', port: 5_000, endPort: 5_999 },
    ];
    expect(written({ listeners }).listeners).toEqual(listeners);
  });

  it('knows for how long clients stay', () => {
    expect(written({ affinity: { type: 'source-ip' } }).affinity).toEqual({ type: 'source-ip', timeoutSeconds: 300 });
  });

  it('reads HTTPS checks, which believe any certificate unless told otherwise', () => {
    expect(written({ healthCheck: { protocol: 'HTTPS', host: 'shop.example' } }).healthCheck).toMatchObject({
      protocol: 'HTTPS',
      path: '/',
      host: 'shop.example',
      verifyCertificate: false,
    });
    expect(written({ healthCheck: { protocol: 'HTTP' } }).healthCheck).not.toHaveProperty('host');
  });

  it.each<[string, object, readonly string[]]>([
    ['source NAT with direct', { forwarding: { method: 'direct', sourceNat: true } }, ['/forwarding/sourceNat']],
    ['an unknown method', { forwarding: { method: 'nat' } }, ['/forwarding/method']],
    ['an unknown protocol', { listeners: [{ protocol: 'SCTP', port: 1 }] }, ['/listeners/0/protocol']],
    [
      'a port 0',
      { listeners: [{ protocol: 'UDP', port: 0, endPort: 70_000 }] },
      ['/listeners/0/port', '/listeners/0/endPort'],
    ],
    ['no time at all', { affinity: { type: 'source-ip', timeoutSeconds: 0 } }, ['/affinity/timeoutSeconds']],
    ['more than a day', { affinity: { type: 'source-ip', timeoutSeconds: 86_401 } }, ['/affinity/timeoutSeconds']],
    ['a time without affinity', { affinity: { type: 'none', timeoutSeconds: 5 } }, ['/affinity']],
    ['a host with a port', { healthCheck: { protocol: 'HTTPS', host: 'shop.example:443' } }, ['/healthCheck/host']],
    ['a certificate over HTTP', { healthCheck: { protocol: 'HTTP', verifyCertificate: true } }, ['/healthCheck']],
    ['a host over TCP', { healthCheck: { protocol: 'TCP', host: 'shop.example' } }, ['/healthCheck']],
  ])('refuses %s', (_name, fields, pointers) => {
    expect(refusals(fields)).toEqual(pointers);
  });
});
