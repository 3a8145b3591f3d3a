import type { Route } from '../configuration/routes.js';
import type { ActualService, DataPlane } from '../data-plane/data-plane.js';
import { serviceKey } from '../data-plane/service.js';
import { accumulate, EMPTY_LEDGER, type Ledger } from './ledger.js';

/** Whose the services of a table are. */
interface Ownership {
  readonly owned: ReadonlySet<string>;
  /** In force while it was counted. */
  readonly routes: readonly Route[];
}

/** What the data plane had of ours when it was read last, and what that has counted since the agent started. */
export class CountedTable {
  #services: readonly ActualService[] = [];
  #ledger = EMPTY_LEDGER;
  #seen: (Ownership & { readonly table: readonly ActualService[] }) | null = null;

  constructor(private readonly dataPlane: Pick<DataPlane, 'read'>) {}

  /** Ours, in the order of the table. */
  get services(): readonly ActualService[] {
    return this.#services;
  }

  get ledger(): Ledger {
    return this.#ledger;
  }

  /** Answers the whole table, other people's services too; rejects when it cannot be read. */
  async read({ owned, routes }: Ownership): Promise<readonly ActualService[]> {
    const table = await this.dataPlane.read();
    const seen = this.#seen;
    if (seen?.table === table && seen.owned === owned && seen.routes === routes) return table;
    this.#seen = { table, owned, routes };
    this.#services = table.filter((service) => owned.has(serviceKey(service)));
    this.#ledger = accumulate(this.#ledger, this.#services, routes);
    return table;
  }
}
