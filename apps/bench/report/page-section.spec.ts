import { describe, expect, it } from 'vitest';
import { sectionOf, withSection } from './page-section.js';

const PAGE = '# Page\n\n## One\n\nfirst\n\n### Under one\n\n## Two\n\nsecond\n';

describe('sectionOf', () => {
  it('reaches to the next heading of its level', () => {
    expect(sectionOf(PAGE, '## One')).toBe('## One\n\nfirst\n\n### Under one');
    expect(sectionOf(PAGE, '## Two')).toBe('## Two\n\nsecond');
    expect(sectionOf(PAGE, '## Three')).toBe('');
  });
});

describe('withSection', () => {
  it('changes the one section and nothing else', () => {
    expect(withSection(PAGE, '## One\n\n$& anew\n')).toBe('# Page\n\n## One\n\n$& anew\n\n## Two\n\nsecond\n');
  });

  it('adds a section that is not there', () => {
    expect(withSection(PAGE, '## Three')).toBe(`${PAGE}\n## Three\n`);
    expect(withSection('', '## Three')).toBe('## Three\n');
  });
});
