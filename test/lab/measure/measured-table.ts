import { readFile, writeFile } from 'node:fs/promises';

/** Puts a table between the document's two markers, when the run was asked to write (WEIR_LAB_WRITE=1). */
export async function writeMeasuredTable(document: URL, table: string): Promise<void> {
  if (process.env['WEIR_LAB_WRITE'] !== '1') return;
  const text = await readFile(document, 'utf8');
  const marked = /(<!-- measured -->\n)[\s\S]*(<!-- end of what was measured -->)/;
  await writeFile(document, text.replace(marked, `$1\n${table}\n\n$2`));
}
