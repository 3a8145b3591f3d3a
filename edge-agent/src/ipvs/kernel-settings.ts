import { readFile, writeFile } from 'node:fs/promises';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import type { HostNeeds } from '../data-plane/data-plane.js';
import type { Service } from '../data-plane/service.js';
import { messageOf, type Problem } from '../problem.js';

/** One of IPVS's own settings, and the services that need it to be 1. */
interface IpvsSetting {
  readonly name: string;
  readonly isNeededBy: (service: Service) => boolean;
}

/** Set by the agent: nothing else on an edge that Weir runs depends on them. What is not needed stays as it is. */
const IPVS_SETTINGS: readonly IpvsSetting[] = [
  // Connections to a removed destination end, instead of vanishing into nothing until they time out.
  { name: 'net/ipv4/vs/expire_nodest_conn', isNeededBy: () => true },
  // Netfilter's source NAT sees IPVS's connections only with this.
  { name: 'net/ipv4/vs/conntrack', isNeededBy: ({ sourceNat }) => sourceNat },
  // A client that keeps to its destination would come back to a draining one for as long as its affinity lasts.
  { name: 'net/ipv4/vs/expire_quiescent_template', isNeededBy: ({ settings }) => settings.affinitySeconds !== null },
  // When routing sends a client's packets to another edge in the middle of a connection, that edge takes it up from any
  // packet. By hashing it picks the endpoint that has the connection, which needs no edge to rewrite anything.
  { name: 'net/ipv4/vs/sloppy_tcp', isNeededBy: survivesAnotherEdge },
  // The same for "packet too big": replies do not pass the edge here, so it may come to one that has not seen the client.
  { name: 'net/ipv4/vs/schedule_icmp', isNeededBy: survivesAnotherEdge },
];

function survivesAnotherEdge({ settings, destinations }: Service): boolean {
  return (
    settings.distribution.startsWith('maglev') && destinations.some(({ forwarding }) => forwarding !== 'masquerade')
  );
}

/** Those that must be 1, as paths below /proc/sys. */
export function ipvsSettings({ services }: HostNeeds): readonly string[] {
  return IPVS_SETTINGS.filter(({ isNeededBy }) => services.some(isNeededBy)).map(({ name }) => name);
}

/** Whether the host routes is the operator's decision: it is looked at, never changed. Only replies need it. */
function routingSettings({ services }: HostNeeds): readonly string[] {
  const answering = services.filter(({ destinations }) =>
    destinations.some(({ forwarding }) => forwarding === 'masquerade'),
  );
  return [
    ...(answering.some((service) => !isIPv6(service.address)) ? ['net/ipv4/ip_forward'] : []),
    ...(answering.some((service) => isIPv6(service.address)) ? ['net/ipv6/conf/all/forwarding'] : []),
  ];
}

/** Sets what is IPVS's, checks what is the host's; answers what is not as forwarding needs it. Never rejects. */
export async function prepareKernel(needs: HostNeeds, root = '/proc/sys'): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const name of ipvsSettings(needs)) {
    try {
      await writeFile(join(root, name), '1\n');
    } catch (error) {
      problems.push({
        code: 'kernel-setting-failed',
        message: `cannot set ${dotted(name)}=1: ${messageOf(error)}. Set it with sysctl, or let the agent write below /proc/sys/net`,
      });
    }
  }
  for (const setting of routingSettings(needs)) {
    const value = await readFile(join(root, setting), 'utf8').catch(() => 'unknown');
    if (value.trim() === '0')
      problems.push({ code: 'forwarding-disabled', message: `this host does not route; set ${dotted(setting)}=1` });
  }
  return problems;
}

function dotted(setting: string): string {
  return setting.replaceAll('/', '.');
}
