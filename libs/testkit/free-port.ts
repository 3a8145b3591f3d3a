import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below the ports systems give to outgoing connections. Among the thousands a test opens, one would sooner or later get the
 * port of a server that is down for a while, and keep it from coming back.
 */
const LOWEST = 20_000;
const HIGHEST = 31_999;
const ATTEMPTS = 100;

/**
 * Files of tests that run beside each other choose from parts of their own: between the moment a port is chosen and the one at
 * which a server takes it, and while that server is down, another would find it free as well.
 */
const PARTS = 8;
const PART_SIZE = Math.floor((HIGHEST - LOWEST + 1) / PARTS);
const FIRST = LOWEST + PART_SIZE * (Number(process.env['VITEST_POOL_ID'] ?? 0) % PARTS);

/** Ports on 127.0.0.1 that nobody listens on, all different: for servers that must come back where they were. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const found = new Set<number>();
  for (let attempt = 0; attempt < ATTEMPTS && found.size < count; attempt += 1) {
    const port = FIRST + Math.floor(Math.random() * PART_SIZE);
    if (await isFree(port)) found.add(port);
  }
  if (found.size < count) throw new Error(`found no ${count} free ports among the ${PART_SIZE} from ${FIRST}`);
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
