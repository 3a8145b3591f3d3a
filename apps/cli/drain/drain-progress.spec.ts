import { describe, expect, it } from 'vitest';
import { edgeProgress, originProgress } from './drain-progress.js';

describe('originProgress', () => {
  it.each([
    ['nothing leaves it', null, { kind: 'empty' }],
    ['the last connection is gone', { connections: 0, edges: [] }, { kind: 'empty' }],
    [
      'two edges have some',
      {
        connections: 7,
        edges: [
          { edge: 'ams-1', lastSeenSeconds: 1, connections: 3, secondsLeft: 20 },
          { edge: 'ams-2', lastSeenSeconds: 1, connections: 4, secondsLeft: 90 },
        ],
      },
      { kind: 'leaving', connections: 7, secondsLeft: 90, announced: 0 },
    ],
    [
      'no deadline has begun',
      { connections: 3, edges: [{ edge: 'ams-1', lastSeenSeconds: 1, connections: 3, secondsLeft: null }] },
      { kind: 'leaving', connections: 3, secondsLeft: null, announced: 0 },
    ],
  ])('when %s', (_, drain, progress) => {
    expect(originProgress({ drain })).toEqual(progress);
  });
});

describe('edgeProgress', () => {
  it.each([
    ['no report has come since', { lastSeenSeconds: 4, connections: 0, announced: [] }, 3, { kind: 'waiting' }],
    ['no agent was ever there', { lastSeenSeconds: null, connections: null, announced: null }, 3, { kind: 'waiting' }],
    ['none comes at all', { lastSeenSeconds: null, connections: null, announced: null }, 16, { kind: 'silent' }],
    ['its agent fell silent', { lastSeenSeconds: 16, connections: 5, announced: [] }, 60, { kind: 'silent' }],
    ['nothing is open', { lastSeenSeconds: 1, connections: 0, announced: [] }, 3, { kind: 'empty' }],
    ['it does not announce', { lastSeenSeconds: 1, connections: 0, announced: null }, 3, { kind: 'empty' }],
    [
      'its addresses are still announced',
      { lastSeenSeconds: 1, connections: 0, announced: ['203.0.113.10'] },
      3,
      { kind: 'leaving', connections: 0, secondsLeft: null, announced: 1 },
    ],
    [
      'some are open',
      { lastSeenSeconds: 1, connections: 5, announced: [] },
      3,
      { kind: 'leaving', connections: 5, secondsLeft: null, announced: 0 },
    ],
  ])('when %s', (_, status, drainingSeconds, progress) => {
    expect(edgeProgress(status, drainingSeconds)).toEqual(progress);
  });
});
