import ipaddr from 'ipaddr.js';
import { formatSocket, type Destination, type SocketAddress } from '../../data-plane/service.js';
import { sipHash32, type SipKey } from './sip-hash.js';

interface Member {
  destination: Destination;
  /** The last weight above 0: a destination that takes no connections for a while keeps its places in the table. */
  readonly lastWeight: number;
}

/** A prime; the kernel's size unless it was built otherwise (CONFIG_IP_VS_MH_TAB_INDEX). */
const TABLE_SIZE = 4_093;
/** Turns are cut to so many bits, so that nobody takes much of the table at once. */
const TURN_BITS = 6;
const PLACE_KEY: SipKey = { first: 2_654_435_761, second: 2_654_435_761 };
const STEP_KEY: SipKey = { first: 2_654_446_892, second: 2_654_446_892 };

/**
 * Maglev hashing as the kernel's `mh` scheduler does it, hash, table and fall-back alike, so that a userspace edge and an
 * IPVS edge that were given the same destinations in the same order send the same client to the same one. Each
 * destination takes free places in an order of its own, as many a turn as its weight says; a client is sent where its
 * hash falls. Another destination's coming or going moves few clients of the rest.
 * (D. E. Eisenbud et al.: Maglev, a fast and reliable software network load balancer, 2016; Linux, ip_vs_mh.c)
 */
export class MaglevTable {
  readonly #members = new Map<string, Member>();
  /** Made when it is first needed after a change. */
  #places: readonly Member[] | null = null;

  set(destination: Destination): void {
    const key = formatSocket(destination);
    const before = this.#members.get(key);
    const lastWeight = destination.weight === 0 ? (before?.lastWeight ?? 0) : destination.weight;
    if (before?.lastWeight === lastWeight) {
      // It only pauses or resumes: the places stay.
      before.destination = destination;
      return;
    }
    this.#places = null;
    this.#members.set(key, { destination, lastWeight });
  }

  remove(destination: SocketAddress): void {
    this.#places = null;
    this.#members.delete(formatSocket(destination));
  }

  /** Where this client goes; port 0 hashes the address alone. `null` when none that may be chosen has a positive weight. */
  next(client: SocketAddress, mayTake: (destination: Destination) => boolean = () => true): Destination | null {
    const canTake = ({ destination }: Member) => destination.weight > 0 && mayTake(destination);
    if (![...this.#members.values()].some(canTake)) return null;
    this.#places ??= places([...this.#members.values()].reverse());
    const identity = identityOf(client);
    const start = hashOf(identity, PLACE_KEY) % TABLE_SIZE;
    const first = this.#places[start];
    if (first !== undefined && canTake(first)) return first.destination;
    for (let offset = 0; offset < TABLE_SIZE; offset += 1) {
      const place = hashOf(identity + ((start + offset) % TABLE_SIZE), PLACE_KEY) % TABLE_SIZE;
      const member = this.#places[place];
      if (member !== undefined && canTake(member)) return member.destination;
    }
    return null;
  }
}

/** Members in the kernel's order: it puts each new destination before the others. */
function places(members: readonly Member[]): readonly Member[] {
  const table = new Array<Member | undefined>(TABLE_SIZE).fill(undefined);
  const rows = members.filter(({ lastWeight }) => lastWeight > 0).map((member) => ({ member, ...wayOf(member) }));
  const turnsOf = turns(rows.map(({ member }) => member.lastWeight));
  let free = TABLE_SIZE;
  while (free > 0)
    rows.forEach((row, index) => {
      for (let turn = 0; turn < (turnsOf[index] ?? 0) && free > 0; turn += 1, free -= 1) {
        while (table[row.place] !== undefined) row.place = (row.place + row.step) % TABLE_SIZE;
        table[row.place] = row.member;
      }
    });
  return table as readonly Member[];
}

function wayOf({ destination }: Member): { place: number; readonly step: number } {
  const identity = identityOf(destination);
  return {
    place: hashOf(identity, PLACE_KEY) % TABLE_SIZE,
    step: (hashOf(identity, STEP_KEY) % (TABLE_SIZE - 1)) + 1,
  };
}

/** How many places each takes in its turn: the weights, as small as they get without becoming 0. */
function turns(weights: readonly number[]): readonly number[] {
  const divisor = weights.reduce(greatestCommonDivisor, 0);
  const heaviest = Math.max(...weights) / divisor;
  const shift = Math.max(0, 32 - Math.clz32(heaviest) - TURN_BITS);
  return weights.map((weight) => Math.max(1, (weight / divisor) >>> shift));
}

function greatestCommonDivisor(one: number, other: number): number {
  return other === 0 ? one : greatestCommonDivisor(other, one % other);
}

function hashOf(identity: number, key: SipKey): number {
  return sipHash32(identity >>> 0, key);
}

/** The port on top of the address, of which IPv6 has four words of 32 bits, laid over each other. */
function identityOf({ address, port }: SocketAddress): number {
  const bytes = ipaddr.parse(address).toByteArray();
  return port + (bytes.reduce((folded, byte, index) => folded ^ (byte << (24 - 8 * (index % 4))), 0) >>> 0);
}
