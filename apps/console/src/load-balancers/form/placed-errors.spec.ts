import { expect, it } from 'vitest';
import { placeErrors } from './placed-errors.js';

const places = ['/name', '/listeners', '/listeners/0/port', '/listeners/10/port', '/policy'];

it('puts each error where it belongs, or to the nearest place around it', () => {
  const errors = [
    { pointer: '/name', detail: 'no label' },
    { pointer: '/listeners/0/port', detail: 'too large' },
    { pointer: '/listeners/0/port', detail: 'and odd' },
    { pointer: '/listeners/1/port', detail: 'of a row that went' },
    { pointer: '/policy/manualShares', detail: 'must sum to 100' },
    { pointer: '/names', detail: 'unknown field' },
    { pointer: '', detail: 'of the whole' },
  ];
  expect([...placeErrors(errors, places)]).toEqual([
    ['/name', ['no label']],
    ['/listeners/0/port', ['too large', 'and odd']],
    ['/listeners', ['of a row that went']],
    ['/policy', ['must sum to 100']],
  ]);
});
