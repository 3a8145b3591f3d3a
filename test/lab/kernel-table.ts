import type { GuestCommands } from './guest-commands.js';

/*
 * The kernel's IPVS table as ipvsadm prints it. Read without the agent's own code: by this the agent is judged.
 */

/** One virtual service. */
export interface KernelService {
  /** With its flags: `mh -b mh-fallback,mh-port`. */
  readonly scheduler: string;
  /** By the destination's address. */
  readonly weights: Readonly<Record<string, number>>;
}

/** All virtual services, by address and port as ipvsadm writes them. */
export async function readServices(commands: GuestCommands): Promise<Readonly<Record<string, KernelService>>> {
  const { stdout } = await commands.run('ipvsadm -Sn');
  const services: Record<string, { scheduler: string; weights: Record<string, number> }> = {};
  for (const line of stdout.split('\n')) {
    const [, service = '', scheduler = ''] = /^-A -t (\S+) -s (.+?) *$/.exec(line) ?? [];
    if (service !== '') services[service] = { scheduler, weights: {} };
    const [, owner = '', destination = '', weight] = /^-a -t (\S+) -r (\S+) -m -w (\d+)/.exec(line) ?? [];
    const weights = services[owner]?.weights;
    if (weights !== undefined) weights[addressOf(destination)] = Number(weight);
  }
  return services;
}

/** One destination, as the kernel has it at this moment. */
export interface KernelDestination {
  readonly weight: number;
  readonly activeConnections: number;
}

/** The destinations of an IPv4 TCP service, by address; none when there is no such service. */
export async function peekDestinations(
  commands: GuestCommands,
  address: string,
  port: number,
): Promise<Readonly<Record<string, KernelDestination>>> {
  const destinations: Record<string, KernelDestination> = {};
  let isIn = false;
  for (const line of await commands.peek('/proc/net/ip_vs')) {
    const [first = '', name = '', , weight, activeConnections] = line.trim().split(/\s+/);
    if (first !== '->') isIn = `${first} ${name}` === `TCP ${hexSocketOf(address, port)}`;
    else if (isIn)
      destinations[addressOfHex(name)] = { weight: Number(weight), activeConnections: Number(activeConnections) };
  }
  return destinations;
}

/** After so long the counters show all that was before: the kernel adds them up every two seconds. */
export const COUNTING_MS = 3_000;

/** Connections by the destination's address, as the kernel has counted them for one service since it was made. */
export async function readCounters(
  commands: GuestCommands,
  address: string,
  port: number,
): Promise<Readonly<Record<string, number>>> {
  const { stdout } = await commands.run(`ipvsadm -Ln --stats --exact -t ${socketOf(address, port)}`);
  const counts = stdout.split('\n').flatMap((line) => {
    const [, destination, connections] = /^ {2}-> (\S*\d) +(\d+) /.exec(line) ?? [];
    return destination === undefined ? [] : [[addressOf(destination), Number(connections)] as const];
  });
  return Object.fromEntries(counts);
}

/** As ipvsadm writes it: `203.0.113.10:443`, `[2001:db8::10]:443`. */
export function socketOf(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

function addressOf(socket: string): string {
  return socket.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
}

/** As the kernel itself writes it: `CB00710A:01BB`. */
function hexSocketOf(address: string, port: number): string {
  const hex = (value: number, digits: number) => value.toString(16).toUpperCase().padStart(digits, '0');
  const bytes = address.split('.').map((byte) => hex(Number(byte), 2));
  return `${bytes.join('')}:${hex(port, 4)}`;
}

function addressOfHex(socket: string): string {
  const bytes = socket.slice(0, 8).match(/../g) ?? [];
  return bytes.map((byte) => Number.parseInt(byte, 16)).join('.');
}
