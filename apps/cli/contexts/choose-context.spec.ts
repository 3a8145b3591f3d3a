import { describe, expect, it } from 'vitest';
import { chooseContext } from './choose-context.js';

const stored = {
  current: 'prod',
  contexts: { prod: { url: 'https://weir.example.net/', token: 'p' }, lab: { url: 'http://127.0.0.1:8080' } },
};

describe('chooseContext', () => {
  it('takes the current one, without the slash at its end', () => {
    expect(chooseContext(stored, {})).toEqual({ url: 'https://weir.example.net', token: 'p' });
  });

  it('takes the one that is named, whatever else is set', () => {
    expect(chooseContext(stored, { name: 'lab' })).toEqual({ url: 'http://127.0.0.1:8080' });
  });

  it('never sends a stored token to a URL that was given by itself', () => {
    expect(chooseContext(stored, { url: 'http://elsewhere' })).toEqual({ url: 'http://elsewhere' });
  });

  it('prefers a token from the environment', () => {
    expect(chooseContext(stored, { token: 'e' })).toMatchObject({ token: 'e' });
  });

  it.each([
    [stored, { name: 'prdo' }, 'there is no context "prdo"; there are: prod, lab'],
    [{ contexts: {} }, { name: 'prod' }, 'there is no context "prod"; there is none yet; run `weirctl login <url>`'],
    [{ contexts: {} }, {}, 'no control plane is chosen; run `weirctl login <url>`, or set WEIR_URL'],
  ])('says what to do instead', (contexts, wish, message) => {
    expect(() => chooseContext(contexts, wish)).toThrow(message);
  });
});
