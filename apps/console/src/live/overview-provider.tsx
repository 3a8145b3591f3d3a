import { type ComponentChildren, createContext, type JSX } from 'preact';
import { useContext } from 'preact/hooks';
import { dataOf, type Schemas } from '#client/weir-client.js';
import { useConsole } from './console-context.js';
import { type Live, useLive } from './use-live.js';

export type Overview = Schemas['Overview'];

const OverviewContext = createContext<Live<Overview>>({ data: null, error: null, readAtMs: 0 });

interface OverviewProviderProps {
  /** What was just read. */
  readonly first: Overview;
  readonly children: ComponentChildren;
}

/** Reads how everything stands once for all who show something of it. */
export function OverviewProvider({ first, children }: OverviewProviderProps): JSX.Element {
  const { client } = useConsole();
  const live = useLive('overview', () => dataOf(client.GET('/v1/overview')), first);
  return <OverviewContext.Provider value={live}>{children}</OverviewContext.Provider>;
}

/** How everything stands. */
export function useOverview(): Live<Overview> {
  return useContext(OverviewContext);
}
