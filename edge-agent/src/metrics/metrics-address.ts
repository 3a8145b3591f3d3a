import { formatSocket } from '../data-plane/service.js';
import type { Settings } from '../settings.js';

const EVERY_ADDRESS = new Set(['0.0.0.0', '::', '::0']);

/**
 * `host:port` at which a Prometheus reaches this agent's `/metrics`: as set, else where it listens, by the host's own name
 * when that is every address it has. `null` while nothing listens.
 */
export function metricsAddress(
  { metricsAddress: declared, httpHost }: Pick<Settings, 'metricsAddress' | 'httpHost'>,
  port: number | null,
  hostname: string,
): string | null {
  if (port === null) return null;
  return declared ?? formatSocket({ address: EVERY_ADDRESS.has(httpHost) ? hostname : httpHost, port });
}
