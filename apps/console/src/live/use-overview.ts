import { dataOf, type Schemas } from '#client/weir-client.js';
import { useConsole } from './console-context.js';
import { type Live, useLive } from './use-live.js';

export type Overview = Schemas['Overview'];

/** How everything stands. */
export function useOverview(): Live<Overview> {
  const { client } = useConsole();
  return useLive('overview', () => dataOf(client.GET('/v1/overview')));
}
