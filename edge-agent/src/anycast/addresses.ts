import { isIPv6 } from 'node:net';
import { z } from 'zod';
import { canonicalAddress } from '../data-plane/service.js';
import type { Problem } from '../problem.js';
import { explainFailure } from '../process/explain-failure.js';
import { runSuccessfully, type RunCommand } from '../process/run-command.js';

/** The dummy interface that holds the addresses nobody else put on this host. It is wholly the agent's. */
const INTERFACE = 'weir0';

const interfacesSchema = z.array(
  z.object({ ifname: z.string(), addr_info: z.array(z.object({ local: z.string().optional() })).default([]) }),
);
type Interfaces = z.infer<typeof interfacesSchema>;

/** Gives the host the addresses of its services: IPVS sees only packets that are delivered locally. */
export class AnycastAddresses {
  constructor(private readonly run: RunCommand) {}

  /** Idempotent; answers what failed, never rejects. */
  async sync(wanted: readonly string[]): Promise<readonly Problem[]> {
    const problems: Problem[] = [];
    try {
      for (const command of addressCommands(wanted, await this.#interfaces()))
        await this.#ip(command).catch((error: unknown) => problems.push(problemOf(error)));
    } catch (error) {
      problems.push(problemOf(error));
    }
    return problems;
  }

  async #interfaces(): Promise<Interfaces> {
    return interfacesSchema.parse(JSON.parse(await this.#ip(['-json', 'address', 'show'])));
  }

  #ip(args: readonly string[]): Promise<string> {
    return runSuccessfully(this.run, 'ip', args);
  }
}

/** What `ip` must do so that the host has all wanted addresses and `weir0` no others. */
export function addressCommands(wanted: readonly string[], interfaces: Interfaces): readonly (readonly string[])[] {
  const addresses = new Set(wanted.map(canonicalAddress));
  const own = interfaces.find(({ ifname }) => ifname === INTERFACE);
  const present = new Set(interfaces.flatMap(addressesOf));
  const missing = [...addresses].filter((address) => !present.has(address));
  const surplus = (own === undefined ? [] : addressesOf(own)).filter(
    // The kernel gives every interface a link-local address of its own.
    (address) => !addresses.has(address) && !address.startsWith('fe80:'),
  );
  return [
    ...(missing.length > 0 && own === undefined ? [['link', 'add', INTERFACE, 'type', 'dummy']] : []),
    ...(missing.length > 0 ? [['link', 'set', INTERFACE, 'up']] : []),
    ...missing.map((address) => ['address', 'add', hostPrefix(address), 'dev', INTERFACE, ...noDetection(address)]),
    ...surplus.map((address) => ['address', 'del', hostPrefix(address), 'dev', INTERFACE]),
  ];
}

function addressesOf({ addr_info: infos }: Interfaces[number]): readonly string[] {
  return infos.flatMap(({ local }) => (local === undefined ? [] : [canonicalAddress(local)]));
}

function hostPrefix(address: string): string {
  return `${address}/${isIPv6(address) ? 128 : 32}`;
}

/** Duplicate address detection would find the other edges that have the same anycast address. */
function noDetection(address: string): readonly string[] {
  return isIPv6(address) ? ['nodad'] : [];
}

function problemOf(error: unknown): Problem {
  return explainFailure(error, 'address-failed');
}
