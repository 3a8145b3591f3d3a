import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { dataOf } from '#client/weir-client.js';
import { useConsole } from '../live/console-context.js';
import { Confirm } from './confirm.js';

type State = 'active' | 'draining' | 'disabled';

interface DrainButtonProps {
  readonly kind: 'origins' | 'edges';
  readonly name: string;
  readonly state: State;
}

/** Takes an origin or an edge out of use, or back; asks before. */
export function DrainButton({ kind, name, state }: DrainButtonProps): JSX.Element {
  const { client } = useConsole();
  const [isAsking, setAsking] = useState(false);
  const isActive = state === 'active';
  const carryOut = (): Promise<unknown> => {
    const params = { path: { name } };
    const body = { state: isActive ? 'draining' : 'active' };
    const options = { params, body, headers: { 'content-type': 'application/merge-patch+json' } };
    return kind === 'origins'
      ? dataOf(client.PATCH('/v1/origins/{name}', options))
      : dataOf(client.PATCH('/v1/edges/{name}', options));
  };
  const verb = isActive ? 'Drain' : 'Take back into use';
  return (
    <>
      <button
        type="button"
        class="button"
        aria-label={`${verb}: ${name}`}
        onClick={() => {
          setAsking(true);
        }}
      >
        {verb}
      </button>
      {isAsking && (
        <Confirm
          title={`${verb}: ${name}?`}
          verb={verb}
          isDangerous={isActive}
          carryOut={carryOut}
          close={() => {
            setAsking(false);
          }}
        >
          <p>{isActive ? DRAINS[kind] : RETURNS[kind]}</p>
        </Confirm>
      )}
    </>
  );
}

const DRAINS = {
  origins:
    'It gets no new connections from now on; those it has may end. Its share leaves at once, to where there is room.',
  edges: 'It withdraws its addresses; users reach other edges. Connections it has may end.',
};

const RETURNS = {
  origins: 'Its share comes back gently, cycle by cycle.',
  edges: 'It announces its addresses again, and users may reach it.',
};

export function StateTag({ state }: { readonly state: State }): JSX.Element {
  return <span class={`tag ${state === 'active' ? 'good' : 'warn'}`}>{state}</span>;
}
