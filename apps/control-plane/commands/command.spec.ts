import { describe, expect, it } from 'vitest';
import { readCommand, UsageError } from './command.js';

describe('readCommand', () => {
  it.each([
    ['', { name: 'serve' }],
    ['serve', { name: 'serve' }],
    ['--help', { name: 'help' }],
    ['backup -h', { name: 'help' }],
    ['migrate', { name: 'migrate', downTo: null }],
    ['migrate --down-to Initial1', { name: 'migrate', downTo: 'Initial1' }],
    ['backup a.jsonl', { name: 'backup', file: 'a.jsonl' }],
    ['restore a.jsonl', { name: 'restore', file: 'a.jsonl', isReplacing: false }],
    ['restore --replace a.jsonl', { name: 'restore', file: 'a.jsonl', isReplacing: true }],
  ])('reads "%s"', (line, command) => {
    expect(readCommand(line.split(' ').filter((word) => word !== ''))).toEqual(command);
  });

  it.each([
    ['fly', 'there is no command "fly"'],
    ['serve now', 'serve takes no "now"'],
    ['migrate up', 'migrate takes no "up"'],
    ['backup', 'backup takes the name of one file'],
    ['restore a b', 'restore takes the name of one file'],
    ['serve --replace', '--replace belongs to restore, not to serve'],
    ['restore a --down-to Initial1', '--down-to belongs to migrate, not to restore'],
    ['--loud', '--loud'],
  ])('refuses "%s", and says why', (line, message) => {
    expect(() => readCommand(line.split(' '))).toThrow(UsageError);
    expect(() => readCommand(line.split(' '))).toThrow(message);
  });
});
