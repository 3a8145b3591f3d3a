import { describe, expect, it } from 'vitest';
import { UsageError } from '../failure.js';
import { readManifests } from './manifest.js';

const read = (text: string) => readManifests([{ source: 'weir.yaml', text }]);
const named = (text: string) => read(text).map(({ kind, name }) => `${kind} ${name}`);

describe('readManifests', () => {
  it('reads documents one after the other, in any spelling of their kind', () => {
    expect(named('kind: Origin\nname: eu\n---\nkind: lb\nname: shop\n---\n')).toEqual([
      'Origin eu',
      'LoadBalancer shop',
    ]);
  });

  it.each([
    ['a list', '[{"kind":"Edge","name":"a"},{"kind":"Edge","name":"b"}]'],
    ['what get prints', 'items:\n  - {kind: Edge, name: a}\n  - {kind: Edge, name: b}\n'],
  ])('reads %s', (_, text) => {
    expect(named(text)).toEqual(['Edge a', 'Edge b']);
  });

  it('leaves everything but the kind to the API', () => {
    expect(read('kind: Origin\nname: eu\nregoin: typo\n')[0]?.body).toEqual({ name: 'eu', regoin: 'typo' });
  });

  it('names every wrong document at once', () => {
    const text =
      'kind: Server\nname: a\n---\nname: b\n---\nkind: Origin\n---\nkind: Edge\nname: c\n---\nkind: Edge\nname: c\n';
    expect(() => read(text)).toThrow(UsageError);
    expect(() => read(text)).toThrow(
      [
        'weir.yaml: there is no kind "Server"; there are load-balancers (lb), origins and edges',
        'weir.yaml (document 2): kind must say what this is: LoadBalancer, Origin or Edge',
        'weir.yaml (document 3): name must be set',
        'weir.yaml (document 5): Edge c is already declared in weir.yaml (document 4)',
      ].join('\n'),
    );
  });

  it('says where YAML is broken', () => {
    expect(() => read('kind: [Origin\n')).toThrow(/^weir\.yaml: .*line 2/s);
  });
});
