import { describe, expect, it } from 'vitest';
import { exampleConfiguration } from '../configuration/example-configuration.js';
import { acceptConfiguration } from './accept-configuration.js';

const published = exampleConfiguration({ term: 3, generation: 7 });

describe('acceptConfiguration', () => {
  it.each([
    ['the first', null],
    ['a later generation', { term: 3, generation: 6 }],
    ['a later term, though its generation is lower', { term: 2, generation: 100 }],
  ])('takes %s', (_, held) => {
    expect(acceptConfiguration(published, 'ams-1', held)).toEqual(published);
  });

  it('is null for the one that is held', () => {
    expect(acceptConfiguration(published, 'ams-1', { term: 3, generation: 7 })).toBeNull();
  });

  it.each([
    ['another edge', published, 'fra-1', null, 'is for edge "ams-1", and this is "fra-1"'],
    ['an older generation', published, 'ams-1', { term: 3, generation: 8 }, '"3-7", older than the "3-8" held'],
    ['an older term', published, 'ams-1', { term: 4, generation: 0 }, 'older than the "4-0" held'],
    ['an unknown version', { ...published, version: 2 }, 'ams-1', null, 'upgrade the agent'],
    ['a field it does not know', { ...published, colour: 'blue' }, 'ams-1', null, 'colour'],
    ['a missing field', { ...published, state: undefined }, 'ams-1', null, '/state'],
    ['what is no configuration', 'hello', 'ams-1', null, 'not well formed'],
  ])('refuses %s', (_, body, edge, held, reason) => {
    expect(() => acceptConfiguration(body, edge, held)).toThrow(reason);
  });
});
