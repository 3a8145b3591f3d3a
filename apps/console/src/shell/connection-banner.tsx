import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { inTime } from '../format/figures.js';
import { useUpdates } from '../live/console-context.js';

/** Says that what is shown is old, since when, and what is done about it. */
export function ConnectionBanner(): JSX.Element | null {
  const updates = useUpdates();
  const { connection } = updates;
  const isLost = connection.state === 'lost';
  const [, setTurn] = useState(0);
  useEffect(() => {
    if (!isLost) return;
    const timer = setInterval(() => {
      setTurn((turn) => turn + 1);
    }, 500);
    return () => {
      clearInterval(timer);
    };
  }, [isLost]);
  if (connection.state !== 'lost') return null;
  const nowMs = Date.now();
  const waitSeconds = Math.max(0, (connection.retryAtMs - nowMs) / 1_000);
  return (
    <div class="banner" role="alert">
      <span>
        Connection lost. What you see is {inTime((nowMs - connection.sinceMs) / 1_000)} old; edges go on without the
        console.
      </span>
      <span aria-hidden="true">Next try in {inTime(waitSeconds)}.</span>
      <button
        type="button"
        class="button"
        onClick={() => {
          updates.retry();
        }}
      >
        Try now
      </button>
    </div>
  );
}
