import { expect, it } from 'vitest';
import { inOrderOf, newDraft, readDraft } from './draft.js';

it('reads back what it begins with', () => {
  const draft = readDraft(newDraft(['near', 'far']));
  expect(draft).toMatchObject({ kind: 'resource', resource: { origins: [{ origin: 'near' }, { origin: 'far' }] } });
});

it.each(['', '{', '[]', '7', 'null'])('says why %j is no load balancer', (text) => {
  expect(readDraft(text)).toMatchObject({ kind: 'unreadable', problem: expect.stringMatching(/\S/) as string });
});

it('reads the same where only the order of fields differs', () => {
  const model = { b: 1, a: { d: 1, c: [{ f: 1, e: 2 }] } };
  const value = { a: { c: [{ e: 2, f: 1 }], d: 1 }, new: 3, b: 1 };
  expect(JSON.stringify(inOrderOf(model, value))).toBe('{"b":1,"a":{"d":1,"c":[{"f":1,"e":2}]},"new":3}');
  expect(inOrderOf(undefined, value)).toEqual(value);
});
