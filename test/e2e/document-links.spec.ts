import { access, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';

/* Every link from one document to another leads somewhere. */

async function documents(): Promise<readonly string[]> {
  const entries = await readdir('docs', { recursive: true });
  return [
    'README.md',
    'CONTRIBUTING.md',
    ...entries.filter((name) => name.endsWith('.md')).map((name) => join('docs', name)),
  ];
}

/** As GitHub names headings: lower case, no punctuation, hyphens for spaces. */
function anchorsOf(markdown: string): ReadonlySet<string> {
  const headings = [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, text = '']) => text.replaceAll(/[`*[\]]/g, ''));
  return new Set(
    headings.map((text) =>
      text
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

async function isDead(document: string, link: string): Promise<boolean> {
  const [path = '', anchor] = link.split('#');
  const file = path === '' ? document : join(dirname(document), path);
  const exists = await access(file).then(
    () => true,
    () => false,
  );
  if (!exists) return true;
  return anchor !== undefined && file.endsWith('.md') && !anchorsOf(await readFile(file, 'utf8')).has(anchor);
}

it('links only to what is there', async () => {
  const dead: string[] = [];
  let count = 0;
  for (const document of await documents()) {
    const prose = (await readFile(document, 'utf8')).replaceAll(/```[\s\S]*?```/g, '');
    for (const [, link = ''] of prose.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(link)) continue;
      count += 1;
      if (await isDead(document, link)) dead.push(`${document}: ${link}`);
    }
  }
  expect(dead).toEqual([]);
  expect(count).toBeGreaterThan(100);
});
