import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { UsageError } from '../failure.js';
import type { ManifestText } from './manifest.js';

const EXTENSIONS = new Set(['.yaml', '.yml', '.json']);

/** The texts behind `-f`: files, all YAML and JSON files of a directory and those below it, or `-` for standard input. */
export async function readSources(paths: readonly string[], stdin: Readable): Promise<readonly ManifestText[]> {
  const texts: ManifestText[] = [];
  for (const path of paths) {
    if (path === '-') texts.push({ source: 'standard input', text: await text(stdin) });
    else for (const file of await filesAt(path)) texts.push({ source: file, text: await readFile(file, 'utf8') });
  }
  return texts;
}

async function filesAt(path: string): Promise<readonly string[]> {
  const found = await stat(path).catch(() => null);
  if (found === null) throw new UsageError(`there is no file or directory ${path}`);
  if (!found.isDirectory()) return [path];
  const names = await readdir(path, { recursive: true });
  const files = names.filter((name) => EXTENSIONS.has(extname(name))).sort();
  if (files.length === 0) throw new UsageError(`${path} holds no .yaml, .yml or .json file`);
  return files.map((name) => join(path, name));
}
