import { PassThrough } from 'node:stream';
import type { ReadStream } from 'node:tty';
import { expect, it } from 'vitest';
import { watchKeys } from './keys.js';

function setUp(isTTY: boolean) {
  const rawModes: boolean[] = [];
  const input = Object.assign(new PassThrough(), {
    isTTY,
    setRawMode: (isRaw: boolean) => {
      rawModes.push(isRaw);
      return input;
    },
  });
  const pressed: string[] = [];
  const actions = { toggleNear: () => pressed.push('toggle'), end: () => pressed.push('end') };
  const forget = watchKeys(input as unknown as ReadStream, {
    toggleNear: () => void actions.toggleNear(),
    end: () => void actions.end(),
  });
  return { input, pressed, rawModes, forget };
}

it('knows k, q and Ctrl-C, and gives the terminal back', async () => {
  const { input, pressed, rawModes, forget } = setUp(true);
  input.write('kx');
  input.write('q\u0003');
  await new Promise((resolve) => setImmediate(resolve));
  expect(pressed).toEqual(['toggle', 'end', 'end']);
  forget();
  input.write('k');
  await new Promise((resolve) => setImmediate(resolve));
  expect(pressed).toHaveLength(3);
  expect(rawModes).toEqual([true, false]);
  expect(input.isPaused()).toBe(true);
});

it('leaves alone what is no terminal', () => {
  const { input, rawModes, forget } = setUp(false);
  forget();
  expect(rawModes).toEqual([]);
  expect(input.listenerCount('data')).toBe(0);
});
