import { byName, type OriginName } from '#core/model/name.js';
import type { UtilizationSample } from '#core/observe/observation.js';
import type { UtilizationQuery } from '#core/ports/telemetry-source.js';
import type { FigureAtInstant } from './query-answers.js';
import type { QueryBatch } from './query-batch.js';
import { TelemetryUnavailable } from './telemetry-unavailable.js';

/** Operators may name a query for each of hundreds of origins, and Prometheus answers 20 at a time by default. */
const QUERIES_AT_ONCE = 8;

/** What operators' queries came to. */
export interface UtilizationAnswers {
  readonly answered: readonly (FigureAtInstant & { readonly origin: OriginName })[];
  readonly failed: readonly { readonly origin: OriginName; readonly reason: string }[];
}

/**
 * Asks operators' queries, some at a time. One that fails concerns its own origin only; only an abort by the caller rejects.
 * @throws TelemetryUnavailable
 */
export async function askUtilizations(
  batch: Pick<QueryBatch, 'figure'>,
  queries: readonly UtilizationQuery[],
): Promise<UtilizationAnswers> {
  const answered: UtilizationAnswers['answered'][number][] = [];
  const failed: UtilizationAnswers['failed'][number][] = [];
  // Whoever is free takes the next one from the common iterator.
  const waiting = queries.values();
  const askInTurn = async (): Promise<void> => {
    for (const { origin, query } of waiting) {
      try {
        answered.push({ origin, ...(await batch.figure(query)) });
      } catch (error) {
        failed.push({ origin, reason: reasonOf(error) });
      }
    }
  };
  await Promise.all(Array.from({ length: QUERIES_AT_ONCE }, askInTurn));
  return { answered, failed };
}

/**
 * `nowMs` is on Prometheus' clock. An instant query is answered as of then, so that only what stands between us and
 * Prometheus can give an older figure, from a cache.
 */
export function utilizationSamples({ answered }: UtilizationAnswers, nowMs: number): readonly UtilizationSample[] {
  return answered
    .map(({ origin, value, atMs }) => ({ origin, utilization: value, ageMs: atMs < nowMs ? nowMs - atMs : 0 }))
    .sort((one, other) => byName(one.origin, other.origin));
}

/** @throws TelemetryUnavailable when the caller gave up */
function reasonOf(error: unknown): string {
  if (!(error instanceof TelemetryUnavailable) || error.code === 'aborted') throw error;
  return `Prometheus ${error.symptom}`;
}
