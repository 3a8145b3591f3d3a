import { describe, expect, it } from 'vitest';
import { createLogger, type LogLevel } from './logger.js';

describe('createLogger', () => {
  it('writes one JSON object a line, from its level up', () => {
    const lines: string[] = [];
    const logger = createLogger('warn', (line) => void lines.push(line));
    logger.info('not this');
    logger.warn('this', { code: 'x' });
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { time: expect.stringMatching(/^\d{4}-/) as string, level: 'warn', message: 'this', code: 'x' },
    ]);
    expect(lines[0]?.endsWith('\n')).toBe(true);
  });

  it('follows a level that changes', () => {
    const lines: string[] = [];
    let level: LogLevel = 'warn';
    const logger = createLogger(
      () => level,
      (line) => void lines.push(line),
    );
    logger.debug('not this');
    level = 'debug';
    logger.debug('this');
    expect(lines).toHaveLength(1);
  });
});
