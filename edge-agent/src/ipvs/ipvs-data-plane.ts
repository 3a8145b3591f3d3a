import { AnycastAddresses } from '../anycast/addresses.js';
import type { Action, ActionOutcome, ActualService, DataPlane, HostNeeds } from '../data-plane/data-plane.js';
import { SourceNat } from '../firewall/source-nat.js';
import { messageOf, type Problem } from '../problem.js';
import { runSuccessfully, type RunCommand } from '../process/run-command.js';
import { prepareKernel } from './kernel-settings.js';
import { outcomesOf } from './outcomes.js';
import { parseTable } from './parse-table.js';
import { renderRestore } from './render-restore.js';

/** The kernel's IPVS table, through `ipvsadm`. Needs CAP_NET_ADMIN. Nothing of ours is in the packets' path. */
export class IpvsDataPlane implements DataPlane {
  readonly kind = 'ipvs';
  /** IPVS forwards between families only through tunnels. */
  readonly forwardsAcrossFamilies = false;
  readonly #sourceNat: SourceNat;
  readonly #addresses: AnycastAddresses;

  constructor(
    private readonly run: RunCommand,
    private readonly prepareHost: (needs: HostNeeds) => Promise<readonly Problem[]> = prepareKernel,
  ) {
    this.#sourceNat = new SourceNat(run);
    this.#addresses = new AnycastAddresses(run);
  }

  /** The addresses come last: with them the host starts to answer. */
  async prepare(needs: HostNeeds): Promise<readonly Problem[]> {
    return [
      ...(await this.prepareHost(needs)),
      ...(await this.#sourceNat.sync(needs.services)),
      ...(await this.#addresses.sync([...needs.services, ...needs.departing].map(({ address }) => address))),
    ];
  }

  /** Statistics first: what is made between the two listings then has no counters yet, rather than no entry. */
  async read(): Promise<readonly ActualService[]> {
    const statistics = await runSuccessfully(this.run, 'ipvsadm', ['-Ln', '--stats', '--exact']);
    const listing = await runSuccessfully(this.run, 'ipvsadm', ['-Ln']);
    return parseTable(listing, statistics);
  }

  async apply(actions: readonly Action[]): Promise<readonly ActionOutcome[]> {
    if (actions.length === 0) return [];
    try {
      const { stderr } = await this.run('ipvsadm', ['--restore'], renderRestore(actions));
      return outcomesOf(actions, await this.read(), stderr);
    } catch (error) {
      return actions.map((action) => ({ action, error: messageOf(error) }));
    }
  }

  /** The table stays: traffic goes on without the agent. */
  stop(): Promise<void> {
    return Promise.resolve();
  }
}
