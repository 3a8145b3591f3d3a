import { afterEach, describe, expect, it, vi } from 'vitest';
import { StructuredLogger } from './structured-logger.js';

/** Everything written meanwhile to either stream, line by line. */
function written(write: () => void): readonly string[] {
  const lines: string[] = [];
  const collect = (text: string | Uint8Array): boolean => {
    lines.push(...String(text).split('\n').filter(Boolean));
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(collect);
  vi.spyOn(process.stderr, 'write').mockImplementation(collect);
  write();
  vi.restoreAllMocks();
  return lines;
}

type Line = Record<string, unknown>;

describe('StructuredLogger', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('writes one JSON object a line', () => {
    const lines = written(() => {
      new StructuredLogger('info').log('two\nlines', 'Scheduler');
    });
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0]!)).toMatchObject({ level: 'log', message: 'two\nlines', context: 'Scheduler' });
  });

  it.each([
    ['error', ['error']],
    ['warn', ['error', 'warn']],
    ['info', ['error', 'warn', 'log']],
    ['debug', ['error', 'warn', 'log', 'debug']],
  ] as const)('at %s writes no less grave lines', (least, levels) => {
    const logger = new StructuredLogger(least);
    const lines = written(() => {
      logger.error('a');
      logger.warn('b');
      logger.log('c');
      logger.debug('d');
    });
    expect(lines.map((line) => (JSON.parse(line) as Line)['level'])).toEqual(levels);
  });

  it('keeps what the framework says of its start for those who debug', () => {
    const say = (logger: StructuredLogger) => () => {
      logger.log('dependencies initialized', 'InstanceLoader');
    };
    expect(written(say(new StructuredLogger('info')))).toEqual([]);
    expect(written(say(new StructuredLogger('debug')))).toHaveLength(1);
  });

  it('tells what an error says and where it comes from', () => {
    const [line] = written(() => {
      new StructuredLogger('error').error(new Error('the disk is full'));
    });
    expect(line).toContain('the disk is full');
    expect(line).toContain('structured-logger.spec.ts');
  });
});
