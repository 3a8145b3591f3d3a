import type { Schemas } from '#client/weir-client.js';
import { asSentence, counted } from '../format/figures.js';

type Overview = Schemas['Overview'];
type Concern = Schemas['Concern'];

/** What an operator reads first. */
export interface StatusSentence {
  readonly level: Concern['severity'] | 'good';
  readonly headline: string;
  /** What else there is to know, worst first. */
  readonly others: readonly Concern[];
}

/** Everything in one sentence. Notes alone do not make it less than well. */
export function statusSentence({ concerns, decidedAt, edges, origins, loadBalancers }: Overview): StatusSentence {
  const [worst] = concerns;
  if (worst !== undefined && worst.severity !== 'note') {
    const [, ...others] = concerns;
    return { level: worst.severity, headline: `${sentenceOf(worst)}.`, others };
  }
  const isEmpty = edges.length === 0 || origins.length === 0 || loadBalancers.length === 0;
  if (isEmpty) return { level: 'note', headline: 'Nothing to steer yet.', others: concerns };
  if (decidedAt === null) return { level: 'note', headline: 'Waiting for the first decision.', others: concerns };
  const all = `${counted(origins.length, 'origin')} within capacity, ${counted(edges.length, 'edge')} reporting`;
  return { level: 'good', headline: `All is well: ${all}.`, others: concerns };
}

export function sentenceOf({ sentence, resource }: Concern): string {
  return asSentence(sentence, resource.split('/')[1]);
}
