import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below the ports that Linux, macOS and Windows give to outgoing connections. Among the hundreds a second that the demo
 * opens, one would sooner or later get the port of an origin that is down, and keep it from coming back.
 */
const LOWEST = 20_000;
const HIGHEST = 31_999;
const ATTEMPTS = 100;

/** Ports on 127.0.0.1 that nobody listens on, all different. Rejects when it finds none. */
export async function findFreePorts(count: number, random: () => number = Math.random): Promise<readonly number[]> {
  const found = new Set<number>();
  for (let attempt = 0; attempt < ATTEMPTS && found.size < count; attempt += 1) {
    const port = LOWEST + Math.floor(random() * (HIGHEST - LOWEST + 1));
    if (!found.has(port) && (await isFree(port))) found.add(port);
  }
  if (found.size < count) throw new Error(`found no ${count} free ports from ${LOWEST} to ${HIGHEST}`);
  return [...found];
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen({ host: '127.0.0.1', port });
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
