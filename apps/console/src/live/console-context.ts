import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import type { WeirClient } from '#client/weir-client.js';
import type { LiveUpdates } from './live-updates.js';

/** What every page works with. */
export interface ConsoleParts {
  readonly client: WeirClient;
  readonly updates: LiveUpdates;
  /** `null` where the control plane asks for no token. */
  readonly token: string | null;
  readonly signOut: (message?: string) => void;
}

export const ConsoleContext = createContext<ConsoleParts | null>(null);

export function useConsole(): ConsoleParts {
  const parts = useContext(ConsoleContext);
  if (parts === null) throw new Error('nobody is signed in');
  return parts;
}

/** Draws again whenever something is heard. */
export function useUpdates(): LiveUpdates {
  const { updates } = useConsole();
  const [, setTurn] = useState(0);
  useEffect(
    () =>
      updates.subscribe(() => {
        setTurn((turn) => turn + 1);
      }),
    [updates],
  );
  return updates;
}
