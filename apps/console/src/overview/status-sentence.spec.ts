import { describe, expect, it } from 'vitest';
import type { Schemas } from '#client/weir-client.js';
import { statusSentence } from './status-sentence.js';

type Concern = Schemas['Concern'];

const overload: Concern = {
  kind: 'overloaded',
  severity: 'critical',
  resource: 'origins/near',
  sentence: 'near is overloaded (392 of 200/s)',
};
const frozen: Concern = {
  kind: 'frozen',
  severity: 'warning',
  resource: 'scheduler',
  sentence: 'the scheduler is frozen; the last plan stays in force',
};
const draining: Concern = { kind: 'out-of-use', severity: 'note', resource: 'edges/ams', sentence: 'ams is draining' };

function overview(concerns: readonly Concern[], edges = 2, decidedAt: string | null = '2026-11-21T03:00:15.000Z') {
  const fleet = { edges: Array.from({ length: edges }, () => ({})), origins: [{}], loadBalancers: [{}] };
  return { decidedAt, concerns, ...fleet } as unknown as Schemas['Overview'];
}

describe('statusSentence', () => {
  it('tells the worst first, with names as they are', () => {
    expect(statusSentence(overview([overload, frozen, draining]))).toEqual({
      level: 'critical',
      headline: 'near is overloaded (392 of 200/s).',
      others: [frozen, draining],
    });
  });

  it('begins other sentences with a large letter', () => {
    expect(statusSentence(overview([frozen])).headline).toBe('The scheduler is frozen; the last plan stays in force.');
  });

  it('is well in spite of notes', () => {
    expect(statusSentence(overview([draining]))).toEqual({
      level: 'good',
      headline: 'All is well: 1 origin within capacity, 2 edges reporting.',
      others: [draining],
    });
  });

  it('does not call an empty system well, nor one that has decided nothing', () => {
    expect(statusSentence(overview([], 0)).headline).toBe('Nothing to steer yet.');
    expect(statusSentence(overview([], 2, null)).headline).toBe('Waiting for the first decision.');
  });
});
