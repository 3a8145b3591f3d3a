import { ResponseType, type InstantVector, type QueryResult } from 'prometheus-query';
import { UnusableAnswer } from './prometheus-connection.js';

/** One element of an instant vector. */
export interface VectorElement {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** On Prometheus' clock; NaN when it does not say. */
  readonly atMs: number;
}

export type FigureAtInstant = Pick<VectorElement, 'value' | 'atMs'>;

/**
 * The elements of an instant vector; NaN, infinite and negative ones are left out: nothing that Weir asks for, rates, ages,
 * latencies, can be below 0, and a demand that is would be planned for.
 * @throws UnusableAnswer for anything else
 */
export function vectorOf(result: QueryResult): readonly VectorElement[] {
  return elementsOf(result, 'a vector').filter(({ value }) => Number.isFinite(value) && value >= 0);
}

/**
 * The one figure that a scalar, or a vector of one element, is.
 * @throws UnusableAnswer when it is not one number
 */
export function singleFigureOf(result: QueryResult): FigureAtInstant {
  const figures = result.resultType === ResponseType.SCALAR ? [scalarOf(result)] : elementsOf(result, 'one figure');
  const [figure] = figures;
  if (figure === undefined) throw new UnusableAnswer('malformed', 'nothing in place of one figure');
  if (figures.length > 1) {
    throw new UnusableAnswer('malformed', `${figures.length} elements in place of one figure; aggregate them`);
  }
  if (!Number.isFinite(figure.value)) {
    throw new UnusableAnswer('malformed', `${figure.value} in place of a number`);
  }
  return figure;
}

function elementsOf({ resultType, result }: QueryResult, wanted: string): readonly VectorElement[] {
  if (resultType !== ResponseType.VECTOR) {
    throw new UnusableAnswer('malformed', `a ${resultType} in place of ${wanted}`);
  }
  // The driver has built these objects itself; its types only do not say so.
  return (result as readonly InstantVector[]).map(({ metric, value }) => {
    const sample = value as { readonly value: number; readonly time: Date };
    return { labels: metric.labels as Record<string, string>, value: sample.value, atMs: sample.time.getTime() };
  });
}

/** The driver hands scalars on as they came: `[seconds, "value"]`. */
function scalarOf({ result }: QueryResult): FigureAtInstant {
  const [seconds, value] = result as readonly unknown[];
  return { value: Number.parseFloat(String(value)), atMs: Number(seconds) * 1000 };
}
