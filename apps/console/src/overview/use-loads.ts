import { useRef } from 'preact/hooks';
import { dataOf } from '#client/weir-client.js';
import { useConsole } from '../live/console-context.js';
import { useLive } from '../live/use-live.js';
import { EMPTY_SERIES, extended, type LoadSeries } from './load-series.js';

/** Loads over the last cycles; after the first time only what is new is read. */
export function useLoads(): LoadSeries {
  const { client } = useConsole();
  const series = useRef(EMPTY_SERIES);
  const { data } = useLive('loads', async () => {
    const last = series.current.times.at(-1);
    const query = last === undefined ? {} : { since: new Date(last * 1_000).toISOString() };
    const newer = await dataOf(client.GET('/v1/overview/loads', { params: { query } }));
    series.current = extended(series.current, newer);
    return series.current;
  });
  return data ?? EMPTY_SERIES;
}
