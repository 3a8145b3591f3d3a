import { PassThrough } from 'node:stream';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../program.js';
import { findWish } from './find-wish.js';
import { valuesOfArgument, valuesOfOption } from './value-source.js';

const terminal = { input: new PassThrough(), output: new PassThrough(), errors: new PassThrough(), environment: {} };
const program = createProgram({ terminal, exitWith: () => undefined });
const wish = (line: string) => findWish(program, line.split(' '));
const words = (line: string) => wish(line).candidates.map(({ word }) => word);

describe('findWish', () => {
  it('names the commands, but not those for scripts', () => {
    expect(words('')).toContain('describe');
    expect(words('')).not.toContain('complete');
    expect(words('context ')).toEqual(['list', 'use', 'delete', 'help']);
  });

  it('names the options of a command and of all commands', () => {
    expect(words('drain --')).toEqual(expect.arrayContaining(['--no-wait', '--timeout', '--context', '--help']));
  });

  it.each([
    ['get ', { type: 'words', words: ['load-balancer', 'origin', 'edge'] }],
    ['drain ', { type: 'words', words: ['origin', 'edge'] }],
    ['get lb ', { type: 'resources', kind: 'LoadBalancer' }],
    ['delete origin eu us', { type: 'resources', kind: 'Origin' }],
    ['describe edge ams-1 ', { type: 'free' }],
    ['explain ', { type: 'resources', kind: 'LoadBalancer' }],
    ['explain shop --edge ', { type: 'resources', kind: 'Edge' }],
    ['-o ', { type: 'words', words: ['table', 'json', 'yaml'] }],
    ['--context prod get -o json edges ', { type: 'resources', kind: 'Edge' }],
    ['what-if --capacity ', { type: 'resources', kind: 'Origin', suffix: '=' }],
    ['apply -f ', { type: 'files' }],
    ['context use ', { type: 'contexts' }],
    ['token revoke ', { type: 'tokens' }],
    ['completion ', { type: 'words', words: ['bash', 'zsh', 'fish'] }],
  ])('knows what comes after "%s"', (line, source) => {
    expect(wish(line).source).toEqual(source);
  });

  it('sees which control plane the line is about', () => {
    expect(wish('--context prod get edge ').globals).toEqual({ context: 'prod' });
    expect(wish('get --url=http://127.0.0.1:1 edge ').globals).toEqual({ url: 'http://127.0.0.1:1' });
  });
});

it('knows something of every argument, and of every option with a value', () => {
  const unknown = allCommands(program).flatMap((command) => [
    ...command.registeredArguments
      .filter((_, index) => valuesOfArgument(command, index === 0 ? [] : ['origin']) === undefined)
      .map((argument) => `${command.name()} ${argument.name()}`),
    ...command.options
      .filter((option) => (option.required || option.optional) && valuesOfOption(option) === undefined)
      .map(({ long }) => `${command.name()} ${String(long)}`),
  ]);
  expect(unknown).toEqual([]);
});

function allCommands(command: Command): readonly Command[] {
  const visible = command.commands.filter((each) => each.name() !== 'complete');
  return [command, ...visible.flatMap(allCommands)];
}
