import { describe, expect, it } from 'vitest';
import { anOrigin, aReference } from '#testkit/model-builders.js';
import { originName } from '../model/name.js';
import { deadEndpoints, eligibility, HealthVotes } from './health.js';

const origin = anOrigin('near', {
  endpoints: [
    { address: 'big', weight: 3 },
    { address: 'small', weight: 1 },
    { address: 'off', weight: 0 },
  ],
});

describe('the healthy fraction', () => {
  it.each([
    { case: 'nobody probed', votes: [], fraction: 1 },
    { case: 'all see it up', votes: [true, true], fraction: 1 },
    { case: 'half see it down', votes: [true, false], fraction: 1 },
    { case: 'most see it down', votes: [true, false, false], fraction: 0.25 },
    { case: 'all see it down', votes: [false, false], fraction: 0.25 },
  ])('where of an endpoint $case: $fraction', ({ votes, fraction }) => {
    const health = new HealthVotes();
    for (const isUp of votes) health.ofOrigin(originName('near')).add('big', isUp);
    expect(health.healthyFraction(origin)).toBe(fraction);
  });

  it('is 0 where no endpoint has a weight', () => {
    const empty = anOrigin('near', { endpoints: [{ address: 'off', weight: 0 }] });
    expect(new HealthVotes().healthyFraction(empty)).toBe(0);
    expect(new HealthVotes().healthyFraction(anOrigin('near', { endpoints: [] }))).toBe(0);
  });

  it('does not mix up origins that share an address', () => {
    const health = new HealthVotes();
    health.ofOrigin(originName('far')).add('big', false);
    expect(health.healthyFraction(origin)).toBe(1);
  });
});

describe('dead endpoints', () => {
  const verdict = (address: string, up: boolean) => ({ address, up, ageMs: 0 });

  it.each([
    { case: 'none', fresh: [], lastDead: [], dead: [] },
    { case: 'all up', fresh: [verdict('a', true)], lastDead: [], dead: [] },
    { case: 'a fresh verdict', fresh: [verdict('b', false), verdict('a', false)], lastDead: [], dead: ['a', 'b'] },
    { case: 'the last one where there is no fresh', fresh: [], lastDead: ['a'], dead: ['a'] },
    { case: 'a fresh verdict overrules the last', fresh: [verdict('a', true)], lastDead: ['a', 'b'], dead: ['b'] },
    { case: 'dead still', fresh: [verdict('a', false)], lastDead: ['a'], dead: ['a'] },
  ])('$case', ({ fresh, lastDead, dead }) => {
    expect(deadEndpoints(fresh, lastDead)).toEqual(dead);
  });
});

describe('eligibility', () => {
  it.each([
    { case: 'nothing is dead', dead: [], is: 'eligible' },
    { case: 'one endpoint lives', dead: ['big'], is: 'eligible' },
    { case: 'only what has no weight lives', dead: ['big', 'small'], is: 'unhealthy' },
    { case: 'operators drain it', of: { ...origin, state: 'draining' as const }, is: 'draining' },
    { case: 'operators disabled it, and it is dead', of: { ...origin, state: 'disabled' as const }, is: 'disabled' },
    { case: 'the dial is 0', reference: { dialPercent: 0 }, is: 'dialled-out' },
    { case: 'maxRate is 0', reference: { maxRate: 0 }, is: 'dialled-out' },
    { case: 'no endpoint has a weight', of: anOrigin('near', { endpoints: [] }), is: 'disabled' },
  ])('where $case: $is', ({ of = origin, reference = {}, dead = [], is }) => {
    expect(eligibility(aReference('near', reference), of, dead)).toBe(is);
  });
});
