import { expect, it } from 'vitest';
import { newDraft, readDraft } from './draft.js';

it('reads back what it begins with', () => {
  const draft = readDraft(newDraft(['near', 'far']));
  expect(draft).toMatchObject({ kind: 'resource', resource: { origins: [{ origin: 'near' }, { origin: 'far' }] } });
});

it.each(['', '{', '[]', '7', 'null'])('says why %j is no load balancer', (text) => {
  expect(readDraft(text)).toMatchObject({ kind: 'unreadable', problem: expect.stringMatching(/\S/) as string });
});
