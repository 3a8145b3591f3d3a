import { isIPv6 } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { inOrder } from './announcer.js';

/** The protocols that hold what is announced. Filters of the operator's own configuration may name them. */
export const BIRD_PROTOCOLS = ['weir4', 'weir6'] as const;
type BirdProtocol = (typeof BIRD_PROTOCOLS)[number];

const CHANNELS: Readonly<Record<BirdProtocol, string>> = { weir4: 'ipv4', weir6: 'ipv6' };

/**
 * The agent's part of BIRD's configuration. Both protocols are always there, so that filters which name them stay valid.
 * The routes lead nowhere (`blackhole`): packets find the address in the kernel's local table before any other, and BGP
 * puts the session's own address where such a route has no next hop.
 */
export function renderBirdFile(addresses: readonly string[]): string {
  return [
    '# Written by the Weir edge agent, which replaces it whenever what this edge announces changes.',
    ...BIRD_PROTOCOLS.flatMap((protocol) => ['', ...renderProtocol(protocol, addresses)]),
    '',
  ].join('\n');
}

/**
 * What the operator's configuration includes. BIRD refuses to start when a file that is named outright is missing, or the
 * directory of a pattern, as both are when the host has just started; a pattern for the directory may match nothing.
 */
export function includePattern(file: string): string {
  return join(`${dirname(file)}*`, basename(file));
}

function protocolOf(address: string): BirdProtocol {
  return isIPv6(address) ? 'weir6' : 'weir4';
}

function renderProtocol(protocol: BirdProtocol, addresses: readonly string[]): readonly string[] {
  const own = inOrder(addresses).filter((address) => protocolOf(address) === protocol);
  return [
    `protocol static ${protocol} {`,
    `\t${CHANNELS[protocol]};`,
    ...own.map((address) => `\troute ${address}/${isIPv6(address) ? 128 : 32} blackhole;`),
    '}',
  ];
}
