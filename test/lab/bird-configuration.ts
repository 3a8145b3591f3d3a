import { includePattern } from '../../edge-agent/src/anycast/bird-file.js';
import { EDGE_NAMES, network, type EdgeName } from './network-topology.js';

/*
 * What operators of the lab's routers would have written. A silent neighbour is gone after the hold time: short, but long
 * enough for machines that share two cores with everything else.
 */
export const HOLD_SECONDS = 30;
const SESSION = [`hold time ${HOLD_SECONDS};`, `keepalive time ${HOLD_SECONDS / 3};`, 'connect retry time 2;'];

/** Where the agents write what they announce. */
export const ANNOUNCEMENT_FILE = '/run/weir-edge/bird.conf';

/** An edge tells the router what the agent wants announced, and learns nothing. */
export function edgeBirdConfiguration(name: EdgeName): string {
  const { front, autonomousSystem } = network.edges[name];
  const { router, routerAutonomousSystem } = network;
  return lines(
    `router id ${front};`,
    'protocol device {}',
    `include "${includePattern(ANNOUNCEMENT_FILE)}";`,
    'protocol bgp upstream {',
    `  local ${front} as ${autonomousSystem};`,
    `  neighbor ${router.towardsEdges} as ${routerAutonomousSystem};`,
    ...SESSION,
    '  ipv4 { import none; export where proto = "weir4"; };',
    '}',
  );
}

/** The router spreads users over all edges that announce an address. */
export function routerBirdConfiguration(): string {
  const { router, routerAutonomousSystem } = network;
  return lines(
    `router id ${router.towardsEdges};`,
    'protocol device {}',
    'protocol kernel { merge paths on; ipv4 { import none; export all; }; }',
    ...EDGE_NAMES.flatMap((name, index) => [
      `protocol bgp edge${index + 1} {`,
      `  local ${router.towardsEdges} as ${routerAutonomousSystem};`,
      `  neighbor ${network.edges[name].front} as ${network.edges[name].autonomousSystem};`,
      ...SESSION,
      '  ipv4 { import all; export none; };',
      '}',
    ]),
  );
}

function lines(...text: readonly string[]): string {
  return `${text.join('\n')}\n`;
}
