import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { dataOf } from '#client/weir-client.js';
import { Confirm } from '../controls/confirm.js';
import { Failure } from '../controls/failure.js';
import { useConsole } from '../live/console-context.js';
import { useLive } from '../live/use-live.js';
import { linkTo } from '../routing/route.js';
import { ExplanationCard } from './explanation-card.js';
import { HealthCard } from './health-card.js';
import { SharesCard } from './shares-card.js';

/** One load balancer: what it does, why, and what it was before. */
export function BalancerPage({ name }: { readonly name: string }): JSX.Element {
  const { client } = useConsole();
  const [isDeleting, setDeleting] = useState(false);
  const { data, error } = useLive(`explanation ${name}`, () =>
    dataOf(client.GET('/v1/load-balancers/{name}/explanation', { params: { path: { name } } })),
  );
  const remove = async (): Promise<void> => {
    await dataOf(client.DELETE('/v1/load-balancers/{name}', { params: { path: { name } } }));
    location.hash = linkTo({ page: 'load-balancers' });
  };
  return (
    <>
      <div class="head">
        <h1>{name}</h1>
        <a class="button" href={linkTo({ page: 'edit-load-balancer', name })}>
          Edit
        </a>
        <button
          type="button"
          class="button danger"
          onClick={() => {
            setDeleting(true);
          }}
        >
          Delete
        </button>
      </div>
      <Failure error={error} />
      {data !== null && (
        <div class="grid">
          <SharesCard name={name} explanation={data} />
          <ExplanationCard explanation={data} />
          <HealthCard name={name} />
        </div>
      )}
      {isDeleting && (
        <Confirm
          title={`Delete ${name}?`}
          verb="Delete"
          isDangerous
          carryOut={remove}
          close={() => {
            setDeleting(false);
          }}
        >
          <p>Every edge stops serving its addresses; users cannot reach it any more.</p>
        </Confirm>
      )}
    </>
  );
}
