import { AnycastAddresses } from '../anycast/addresses.js';
import type {
  Action,
  ActionOutcome,
  ActualService,
  DataPlane,
  DataPlaneTraits,
  HostNeeds,
} from '../data-plane/data-plane.js';
import { isPortRange, serviceKey, type ServiceAddress } from '../data-plane/service.js';
import { firewallRules } from '../firewall/firewall-rules.js';
import { Firewall } from '../firewall/firewall.js';
import { messageOf, type Problem } from '../problem.js';
import type { RunCommand } from '../process/run-command.js';
import { prepareKernel } from './kernel-settings.js';
import { outcomesOf } from './outcomes.js';
import { parseTable, type Table } from './parse-table.js';
import { readListings, type Listings } from './read-listings.js';
import { renderRestore } from './render-restore.js';
import { assignMarks, isOwnMark, rangeOf, type ServiceMarks } from './service-marks.js';

/** Source NAT of the kernel gives a connection its own port if nobody has it, else one from 1024 to 65535. */
const NAT_PORTS = 65_536 - 1_024;

/** The kernel's IPVS table, through `ipvsadm`. Needs CAP_NET_ADMIN. Nothing of ours is in the packets' path. */
export class IpvsDataPlane implements DataPlane {
  readonly kind = 'ipvs';
  readonly traits: DataPlaneTraits = {
    protocols: ['TCP', 'UDP'],
    forwarding: ['masquerade', 'direct', 'tunnel'],
    acrossFamilies: ['tunnel'],
    hasPortRanges: true,
    hasAffinity: true,
    sourcePorts: { limit: NAT_PORTS, usedBy: 'source-nat' },
  };
  readonly #firewall: Firewall;
  readonly #addresses: AnycastAddresses;
  /** What was read last; `null` before the first reading. */
  #table: Table | null = null;
  /** What that was made of; `null` once it would come out otherwise. */
  #listings: Listings | null = null;
  /** Of the ranges that are wanted or in the table; `null` until the host was asked for what an earlier agent gave. */
  #marks: ServiceMarks | null = null;

  constructor(
    private readonly run: RunCommand,
    private readonly prepareHost: (needs: HostNeeds) => Promise<readonly Problem[]> = prepareKernel,
  ) {
    this.#firewall = new Firewall(run);
    this.#addresses = new AnycastAddresses(run);
  }

  /** The addresses come last: with them the host starts to answer. */
  async prepare(needs: HostNeeds): Promise<readonly Problem[]> {
    return [
      ...(await this.prepareHost(needs)),
      ...(await this.#prepareFirewall(needs)),
      ...(await this.#addresses.sync([...needs.services, ...needs.departing].map(({ address }) => address))),
    ];
  }

  async read(): Promise<readonly ActualService[]> {
    const listings = await readListings(this.run);
    if (this.#table !== null && isSameText(listings, this.#listings)) return this.#table.services;
    const { listing, statistics } = listings;
    const marks = (this.#marks ??= await this.#earlierMarks(listing));
    this.#table = parseTable(listing, statistics, (mark, isForIPv6) => rangeOf(marks, mark, isForIPv6));
    this.#listings = listings;
    return this.#table.services;
  }

  async apply(actions: readonly Action[]): Promise<readonly ActionOutcome[]> {
    if (actions.length === 0) return [];
    try {
      const known = [...(this.#marks?.values() ?? [])].map(({ service }) => service);
      const marks = await this.#giveMarks([...known, ...actions.map(({ service }) => service)]);
      const batch = renderRestore(actions, (service) => marks.get(serviceKey(service))?.mark);
      const { stderr } = await this.run('ipvsadm', ['--restore'], batch);
      return outcomesOf(actions, await this.read(), stderr);
    } catch (error) {
      return actions.map((action) => ({ action, error: messageOf(error) }));
    }
  }

  /** The table stays: traffic goes on without the agent. */
  stop(): Promise<void> {
    return Promise.resolve();
  }

  async #prepareFirewall({ services, departing }: HostNeeds): Promise<readonly Problem[]> {
    try {
      const marks = await this.#giveMarks([...services, ...departing]);
      const problems = await this.#firewall.sync(firewallRules(services, [...marks.values()]));
      return [...problems, ...strayMarks(this.#table)];
    } catch (error) {
      return [{ code: 'firewall-failed', message: `marks for ranges of ports: ${messageOf(error)}` }];
    }
  }

  /** What is in the table keeps its mark, whosever it is now: it may be our own after the state was lost. */
  async #giveMarks(services: readonly ServiceAddress[]): Promise<ServiceMarks> {
    const ranges = services.filter(isPortRange);
    if (ranges.length > 0 && this.#table === null) await this.read();
    const present = (this.#table?.services ?? []).filter(isPortRange);
    const taken = this.#table?.foreignMarks ?? new Set<number>();
    this.#marks = assignMarks([...present, ...ranges], this.#marks ?? new Map(), taken);
    // A mark may stand for another range now.
    if (this.#marks.size > 0) this.#listings = null;
    return this.#marks;
  }

  /** The rules that an earlier agent left tell which range its marks stand for. Without such marks nobody is asked. */
  async #earlierMarks(listing: string): Promise<ServiceMarks> {
    const marks = [...listing.matchAll(/^FWM +(\d+)/gm)].map(([, mark]) => Number(mark));
    if (!marks.some(isOwnMark)) return new Map();
    const rules = await this.#firewall.markRules();
    return new Map(rules.map((rule) => [serviceKey(rule.service), rule]));
  }
}

function isSameText(left: Listings, right: Listings | null): boolean {
  return left.listing === right?.listing && left.statistics === right.statistics;
}

function strayMarks(table: Table | null): readonly Problem[] {
  return [...(table?.foreignMarks ?? [])].filter(isOwnMark).map((mark) => ({
    code: 'stray-mark',
    message: `the service of firewall mark ${mark} looks like Weir's, but no rule tells which ports it stands for; unless it is yours, remove it: ipvsadm -D -f ${mark} (with -6 for IPv6)`,
  }));
}
