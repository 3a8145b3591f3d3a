import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { dataOf } from '#client/weir-client.js';
import { Confirm } from '../controls/confirm.js';
import { useConsole } from '../live/console-context.js';
import { useOverview } from '../live/overview-provider.js';

/** Freezes the scheduler, or lets it decide again; asks before. */
export function FreezeButton(): JSX.Element | null {
  const { client } = useConsole();
  const { data } = useOverview();
  const [isAsking, setAsking] = useState(false);
  if (data === null) return null;
  const isRunning = data.scheduler.mode === 'running';
  const verb = isRunning ? 'Freeze' : 'Resume';
  const carryOut = (): Promise<unknown> =>
    dataOf(
      client.PATCH('/v1/scheduler', {
        body: { mode: isRunning ? 'frozen' : 'running' },
        headers: { 'content-type': 'application/merge-patch+json' },
      }),
    );
  return (
    <>
      <span class="pulse">
        <span class={`dot ${isRunning ? 'good' : 'warn'}`} />
        {data.scheduler.mode}
      </span>
      <button
        type="button"
        class={`button ${isRunning ? '' : 'first'}`}
        onClick={() => {
          setAsking(true);
        }}
      >
        {verb}
      </button>
      {isAsking && (
        <Confirm
          title={isRunning ? 'Freeze the scheduler?' : 'Let the scheduler decide again?'}
          verb={verb}
          isDangerous={isRunning}
          carryOut={carryOut}
          close={() => {
            setAsking(false);
          }}
        >
          <p>
            {isRunning
              ? 'The last plan stays in force whatever happens: overloaded origins are not relieved. Edges still take dead endpoints out by themselves.'
              : 'The next cycle decides again, and moves shares as gently as the policies say.'}
          </p>
        </Confirm>
      )}
    </>
  );
}
