import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { findFreePorts } from './free-port.js';

const busy = createServer();

afterEach(() => busy.close());

describe('findFreePorts', () => {
  it('finds different ports below those of outgoing connections', async () => {
    const ports = await findFreePorts(5);
    expect(new Set(ports).size).toBe(5);
    for (const port of ports) expect(port).toSatisfy((value: number) => value >= 20_000 && value < 32_000);
  });

  it('passes over a port that is taken, and one it has already', async () => {
    const [taken = 0] = await findFreePorts(1);
    busy.listen({ host: '127.0.0.1', port: taken });
    await once(busy, 'listening');
    const wanted = [taken, 30_000, 30_000].map(at);
    const found = await findFreePorts(2, () => wanted.shift() ?? Math.random());
    expect(found).not.toContain(taken);
    expect(new Set(found).size).toBe(2);
  });

  it('gives up in the end', async () => {
    await expect(findFreePorts(2, () => 0.5)).rejects.toThrow('found no 2 free ports');
  });
});

/** The random number that leads to this port. */
function at(port: number): number {
  return (port - 20_000 + 0.5) / 12_000;
}
