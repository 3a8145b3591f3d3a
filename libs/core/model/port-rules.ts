import { describeListener } from './listener-rules.js';
import type { LoadBalancer } from './load-balancer.js';
import type { RuleViolation } from './rule-violation.js';

/** What a load balancer's ports at its endpoints must keep to: where they serve, and where they are probed. */
export function portViolations(candidate: LoadBalancer): readonly RuleViolation[] {
  return [...fixedPorts(candidate), ...missingProbePort(candidate)];
}

/** A port of the endpoints' own is possible only where the edge rewrites one port to one other. */
function fixedPorts(candidate: LoadBalancer): readonly RuleViolation[] {
  const cause = whyPortsAreFixed(candidate);
  if (cause === null) return [];
  return candidate.origins.flatMap(({ port }, index) =>
    port === undefined
      ? []
      : [
          {
            code: 'origin-port' as const,
            pointer: `/origins/${index}/port`,
            detail: `${cause}, so endpoints serve on the port that the client came to; leave it out`,
          },
        ],
  );
}

function whyPortsAreFixed({ forwarding, listeners }: LoadBalancer): string | null {
  if (forwarding.method !== 'masquerade') return `${forwarding.method} forwarding rewrites no port`;
  const range = listeners.find(({ endPort }) => endPort !== undefined);
  return range === undefined ? null : `the listener on ${describeListener(range)} is a range`;
}

function missingProbePort({ healthCheck, listeners }: LoadBalancer): readonly RuleViolation[] {
  if (healthCheck.port !== undefined) return [];
  const unprobed = listeners.find(({ protocol, endPort }) => protocol === 'UDP' || endPort !== undefined);
  if (unprobed === undefined) return [];
  const detail = `a probe needs a TCP port, and the listener on ${describeListener(unprobed)} does not tell one; name the port to probe`;
  return [{ code: 'probe-port', pointer: '/healthCheck/port', detail }];
}
