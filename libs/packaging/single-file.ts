import { chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defineConfig, type UserConfig } from 'vite';
import { BUNDLE_TARGET, BUNDLING } from './bundling.js';

export interface SingleFile {
  /** Path of the program's main file. */
  readonly entry: string;
  /** As it is called in `dist`. */
  readonly file: string;
}

/** How a whole program becomes one file that needs nothing but Node: what is copied to where it runs. */
export async function singleFileConfig({ entry, file }: SingleFile): Promise<UserConfig> {
  return defineConfig({
    ...BUNDLING,
    define: { __WEIR_VERSION__: JSON.stringify(await packageVersion()) },
    build: {
      ssr: entry,
      target: BUNDLE_TARGET,
      outDir: 'dist',
      // The rest of dist belongs to `npm run build`.
      emptyOutDir: false,
      license: { fileName: file.replace('.mjs', '.licenses.md') },
      rolldownOptions: { output: { entryFileNames: file, codeSplitting: false } },
    },
    plugins: [
      {
        name: 'executable',
        writeBundle: async ({ dir = 'dist' }) => {
          await chmod(join(dir, file), 0o755);
        },
      },
    ],
  });
}

async function packageVersion(): Promise<string> {
  const text = await readFile(join(import.meta.dirname, '../../package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
