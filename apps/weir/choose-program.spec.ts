import { expect, it } from 'vitest';
import { chooseProgram } from './choose-program.js';

it.each([
  ['', { program: 'control-plane', args: ['serve'] }],
  ['start', { program: 'control-plane', args: ['serve'] }],
  ['start --help', { program: 'control-plane', args: ['serve', '--help'] }],
  ['restore a.jsonl --replace', { program: 'control-plane', args: ['restore', 'a.jsonl', '--replace'] }],
  ['demo --quick', { program: 'demo', args: ['--quick'] }],
  ['--help', { program: 'help' }],
  ['version', { program: 'version' }],
  ['fly', { program: 'misuse', message: 'there is no command "fly"' }],
])('"weir %s"', (line, choice) => {
  expect(chooseProgram(line.split(' ').filter((word) => word !== ''))).toEqual(choice);
});
