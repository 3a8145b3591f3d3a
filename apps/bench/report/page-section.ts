/** The section under this heading, up to the next heading of its level; empty when the page has none. */
export function sectionOf(page: string, heading: string): string {
  const lines = page.split('\n');
  const start = lines.indexOf(heading);
  if (start === -1) return '';
  const length = lines.slice(start + 1).findIndex((line) => line.startsWith('## '));
  return lines
    .slice(start, length === -1 ? undefined : start + 1 + length)
    .join('\n')
    .trimEnd();
}

/** The page with this section in place of the one under the same heading, or at its end. Ends with one line end. */
export function withSection(page: string, section: string): string {
  const heading = section.split('\n', 1)[0] ?? '';
  const before = sectionOf(page, heading);
  if (before !== '') return `${page.replace(before, () => section.trimEnd()).trimEnd()}\n`;
  return `${[page.trimEnd(), section.trimEnd()].filter((part) => part !== '').join('\n\n')}\n`;
}
