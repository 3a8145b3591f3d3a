import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { declareExperiment } from './declare-experiment.js';
import { WeirClient } from './weir-client.js';

let server: Server;

async function serve(handler: RequestListener): Promise<WeirClient> {
  server = createServer(handler);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return new WeirClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

afterEach(() => {
  server.close();
  server.closeAllConnections();
});

describe('WeirClient', () => {
  it.each([
    [200, true],
    [503, false],
  ])('takes a readiness of %i for %s', async (status, isReady) => {
    const weir = await serve((request, response) => response.writeHead(request.url === '/readyz' ? status : 404).end());
    expect(await weir.isReady()).toBe(isReady);
  });

  it('reads the newest decision, and nothing it does not need', async () => {
    const shares = [
      { origin: 'far', share: 0.02, previousShare: 0, reason: 'damped' },
      { origin: 'near', share: 0.98, previousShare: 1, reason: 'damped' },
    ];
    const pair = { edge: 'ams-1', demand: 200.1, explanation: '2 points moved from near to far in this cycle', shares };
    const weir = await serve((request, response) => {
      const isShares = request.url === '/v1/load-balancers/shop/shares';
      response.end(
        isShares
          ? JSON.stringify({ loadBalancer: 'shop', decidedAt: '2026-11-21T03:00:15.000Z', pairs: [pair] })
          : '{}',
      );
    });
    expect(await weir.decision('shop')).toEqual({
      decidedAt: '2026-11-21T03:00:15.000Z',
      pairs: [
        {
          edge: 'ams-1',
          explanation: '2 points moved from near to far in this cycle',
          shares: [
            { origin: 'far', share: 0.02 },
            { origin: 'near', share: 0.98 },
          ],
        },
      ],
    });
  });

  it('says what the API has against a resource', async () => {
    const weir = await serve((_, response) => response.writeHead(422).end('{"detail":"port is missing"}'));
    await expect(weir.put('/v1/origins/near', {})).rejects.toThrow(
      'PUT /v1/origins/near was answered 422: {"detail":"port is missing"}',
    );
  });
});

describe('declareExperiment', () => {
  it('declares what is referred to before what refers to it', async () => {
    const bodies = new Map<string, unknown>();
    const weir = await serve((request, response) => {
      void text(request).then((body) => {
        bodies.set(`${String(request.method)} ${String(request.url)}`, JSON.parse(body));
        response.writeHead(201).end('{}');
      });
    });
    await declareExperiment(weir, { near: 21_001, far: 21_002 });
    expect([...bodies.keys()]).toEqual([
      'PUT /v1/origins/near',
      'PUT /v1/origins/far',
      'PUT /v1/edges/ams-1',
      'PUT /v1/edges/ams-2',
      'PUT /v1/load-balancers/shop',
    ]);
    expect(bodies.get('PUT /v1/origins/near')).toMatchObject({ capacity: { rate: 200 } });
    expect(bodies.get('PUT /v1/load-balancers/shop')).toMatchObject({
      origins: [
        { origin: 'near', port: 21_001 },
        { origin: 'far', port: 21_002 },
      ],
      healthCheck: { latencyFrom: 'response' },
    });
  });
});
