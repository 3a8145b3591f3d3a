import { readFile, writeFile } from 'node:fs/promises';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import type { HostNeeds } from '../data-plane/data-plane.js';
import { messageOf, type Problem } from '../problem.js';

/** IPVS's own settings, which the agent sets. Nothing else on an edge that Weir runs depends on them. */
function ipvsSettings({ services }: HostNeeds): readonly string[] {
  if (services.length === 0) return [];
  return [
    // Connections to a removed destination end, instead of vanishing into nothing until they time out.
    'net/ipv4/vs/expire_nodest_conn',
    // Netfilter's source NAT sees IPVS's connections only with this.
    ...(services.some((service) => service.sourceNat) ? ['net/ipv4/vs/conntrack'] : []),
  ];
}

/** Whether the host routes is the operator's decision: it is looked at, never changed. */
function routingSettings({ services }: HostNeeds): readonly string[] {
  return [
    ...(services.some((service) => !isIPv6(service.address)) ? ['net/ipv4/ip_forward'] : []),
    ...(services.some((service) => isIPv6(service.address)) ? ['net/ipv6/conf/all/forwarding'] : []),
  ];
}

/** Sets what is IPVS's, checks what is the host's; answers what is not as forwarding needs it. Never rejects. */
export async function prepareKernel(needs: HostNeeds, root = '/proc/sys'): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const setting of ipvsSettings(needs)) {
    try {
      await writeFile(join(root, setting), '1\n');
    } catch (error) {
      problems.push({ code: 'kernel-setting-failed', message: `cannot set ${dotted(setting)}=1: ${messageOf(error)}` });
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
