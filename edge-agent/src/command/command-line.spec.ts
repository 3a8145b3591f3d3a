import { describe, expect, it } from 'vitest';
import { parseCommandLine, USAGE } from './command-line.js';

describe('parseCommandLine', () => {
  it.each([
    [[], { kind: 'run', settingsFile: null }],
    [['--config', '/etc/weir/edge.env'], { kind: 'run', settingsFile: '/etc/weir/edge.env' }],
    [['--check-config', '--config=edge.env'], { kind: 'check-config', settingsFile: 'edge.env' }],
    [['--once'], { kind: 'once', settingsFile: null }],
    [['--dry-run'], { kind: 'dry-run', settingsFile: null }],
    [['--watchdog'], { kind: 'watchdog', settingsFile: null }],
    [['--version'], { kind: 'version' }],
    [['--once', '--help'], { kind: 'help' }],
    [['-h'], { kind: 'help' }],
  ])('%j', (args, command) => {
    expect(parseCommandLine(args)).toEqual(command);
  });

  it.each([
    [['--forever'], "Unknown option '--forever'"],
    [['now'], "Unexpected argument 'now'"],
    [['--config'], 'argument missing'],
    [['--once', '--dry-run'], '--once and --dry-run cannot be had together'],
  ])('%j is misuse', (args, reason) => {
    const command = parseCommandLine(args);
    expect(command.kind === 'misuse' && command.message).toContain(reason);
  });

  it('tells of every option it takes', () => {
    for (const option of ['config', 'check-config', 'once', 'dry-run', 'watchdog', 'version', 'help'])
      expect(USAGE).toContain(`  --${option}`);
  });
});
