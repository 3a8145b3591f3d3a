import { readFile, writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import { parse } from 'yaml';
import { apiPage } from './api-page.js';
import { configurationPage } from './configuration-page.js';

/** Writes the pages of docs/ that the code tells; with `--check`, fails when they are not what it tells. */
const pages = {
  'docs/configuration.md': configurationPage(),
  'docs/api.md': apiPage(parse(await readFile('openapi.yaml', 'utf8'))),
};

for (const [file, text] of Object.entries(pages)) {
  const page = await format(text, { ...(await resolveConfig(file)), filepath: file });
  if (!process.argv.includes('--check')) {
    await writeFile(file, page);
  } else if ((await readFile(file, 'utf8').catch(() => '')) !== page) {
    process.stderr.write(`${file} is not what the code says; run npm run docs\n`);
    process.exitCode = 1;
  }
}
