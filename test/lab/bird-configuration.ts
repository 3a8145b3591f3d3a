import { includePattern } from '../../edge-agent/src/anycast/bird-file.js';
import { EDGE_NAMES, ipv6Of, network, type EdgeName } from './network-topology.js';

/*
 * What operators of the lab's routers would have written. A silent neighbour is gone after the hold time: short, but long
 * enough for machines that share two cores with everything else.
 */
export const HOLD_SECONDS = 30;
const SESSION = [`  hold time ${HOLD_SECONDS};`, `  keepalive time ${HOLD_SECONDS / 3};`, '  connect retry time 2;'];

/** Where the agents write what they announce. */
export const ANNOUNCEMENT_FILE = '/run/weir-edge/bird.conf';

/** An edge tells the router what the agent wants announced, and learns nothing. */
export function edgeBirdConfiguration(name: EdgeName): string {
  const { front, autonomousSystem } = network.edges[name];
  const { router, routerAutonomousSystem } = network;
  const us = { address: front, autonomousSystem };
  const neighbour = { address: router.towardsEdges, autonomousSystem: routerAutonomousSystem };
  return lines(
    `router id ${front};`,
    'protocol device {}',
    `include "${includePattern(ANNOUNCEMENT_FILE)}";`,
    ...session('upstream', us, neighbour, 'ipv4 { import none; export where proto = "weir4"; };'),
    ...session('upstream6', inIpv6(us), inIpv6(neighbour), 'ipv6 { import none; export where proto = "weir6"; };'),
  );
}

/** The router spreads users over all edges that announce an address. */
export function routerBirdConfiguration(): string {
  const { router, routerAutonomousSystem } = network;
  const us = { address: router.towardsEdges, autonomousSystem: routerAutonomousSystem };
  return lines(
    `router id ${router.towardsEdges};`,
    'protocol device {}',
    'protocol kernel { merge paths on; ipv4 { import none; export all; }; }',
    'protocol kernel { merge paths on; ipv6 { import none; export all; }; }',
    ...EDGE_NAMES.flatMap((name, index) => {
      const { front, autonomousSystem } = network.edges[name];
      const edge = { address: front, autonomousSystem };
      return [
        ...session(`edge${index + 1}`, us, edge, 'ipv4 { import all; export none; };'),
        // Or the next hops would be link-local addresses, which nobody knows beforehand.
        ...session(
          `edge${index + 1}v6`,
          inIpv6(us),
          inIpv6(edge),
          'ipv6 { import all; export none; next hop prefer global; };',
        ),
      ];
    }),
  );
}

interface Speaker {
  readonly address: string;
  readonly autonomousSystem: number;
}

function inIpv6({ address, autonomousSystem }: Speaker): Speaker {
  return { address: ipv6Of(address), autonomousSystem };
}

function session(name: string, us: Speaker, neighbour: Speaker, channel: string): readonly string[] {
  return [
    `protocol bgp ${name} {`,
    `  local ${us.address} as ${us.autonomousSystem};`,
    `  neighbor ${neighbour.address} as ${neighbour.autonomousSystem};`,
    ...SESSION,
    `  ${channel}`,
    '}',
  ];
}

function lines(...text: readonly string[]): string {
  return `${text.join('\n')}\n`;
}
