import { afterEach, describe, expect, it } from 'vitest';
import { HEALTH_PATH, OriginServer } from './origin-server.js';

let origin: OriginServer;

async function start(delayMs: number): Promise<string> {
  origin = new OriginServer('near', delayMs);
  return `http://127.0.0.1:${await origin.listen(0)}`;
}

afterEach(() => origin.close());

describe('OriginServer', () => {
  it('answers with its name and counts what it served', async () => {
    const url = await start(0);
    const answers = await Promise.all([1, 2, 3].map(() => fetch(url)));
    expect(await Promise.all(answers.map((answer) => answer.text()))).toEqual(['near\n', 'near\n', 'near\n']);
    expect(answers.every((answer) => answer.headers.get('connection') === 'close')).toBe(true);
    expect(origin.served).toBe(3);
  });

  it('does not count health checks', async () => {
    const url = await start(0);
    expect((await fetch(`${url}${HEALTH_PATH}`)).status).toBe(200);
    expect(origin.served).toBe(0);
  });

  it.each(['/', HEALTH_PATH])('is far by answering late on %s', async (path) => {
    const url = await start(40);
    const before = performance.now();
    await fetch(`${url}${path}`);
    // A timer may fire up to a millisecond early.
    expect(performance.now() - before).toBeGreaterThanOrEqual(39);
  });

  it('refuses a port that is taken', async () => {
    const url = new URL(await start(0));
    await expect(new OriginServer('other', 0).listen(Number(url.port))).rejects.toThrow(/EADDRINUSE/);
  });
});
