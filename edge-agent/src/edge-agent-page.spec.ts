import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { USAGE } from './command/command-line.js';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
const page = read('../../docs/edge-agent.md');
/** What stands in code style at the beginning of a table's row. */
const rows = new Set([...page.matchAll(/^\| `([^`]+)`/gm)].map(([, name]) => name));

describe('docs/edge-agent.md', () => {
  it('has a row for each problem', () => {
    const codes = [...read('problem.ts').matchAll(/^ {2}\| '([a-z-]+)'/gm)].map(([, code]) => code);
    expect(codes.length).toBeGreaterThan(10);
    expect(codes.filter((code) => !rows.has(code))).toEqual([]);
  });

  it('has a row for each option', () => {
    const options = [...USAGE.matchAll(/^ {2}(--[a-z-]+(?: FILE)?)/gm)].map(([, option]) => option);
    expect(options.filter((option) => !rows.has(option))).toEqual([]);
  });
});
