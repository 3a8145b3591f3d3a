import type { JSX } from 'preact';
import { useListLimit } from '../controls/list-limit.js';
import { Failure } from '../controls/failure.js';
import { useOverview } from '../live/overview-provider.js';
import { linkTo } from '../routing/route.js';
import { BalancersTable } from './balancers-table.js';

/** All load balancers. */
export function BalancersPage(): JSX.Element {
  const { data, error } = useOverview();
  const { shown, filter, more } = useListLimit(
    data?.loadBalancers ?? [],
    'load balancers',
    ({ loadBalancer, shares }) => `${loadBalancer} ${shares.map(({ origin }) => origin).join(' ')}`,
  );
  return (
    <>
      <div class="head">
        <h1>Load balancers</h1>
        {filter}
        <a class="button first" href={linkTo({ page: 'edit-load-balancer', name: null })}>
          Create
        </a>
      </div>
      <Failure error={error} />
      <section class="card">
        <BalancersTable balancers={shown} />
        {more}
      </section>
    </>
  );
}
