import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultServerConditions, defineConfig } from 'vite';

const FILE = 'weir-edge.mjs';

/**
 * V8 lets the heap of an idle process grow by tens of MiB before it collects; the agent lives beside other people's
 * services. Flags of the heap count only when they stand before the program.
 */
const PROGRAM = '/usr/bin/env -S node --max-semi-space-size=1 --optimize-for-size';

/** The whole agent in one file that needs nothing but Node: what is copied to an edge. */
export default defineConfig({
  resolve: { conditions: ['source', ...defaultServerConditions] },
  ssr: { noExternal: true, resolve: { conditions: ['source', ...defaultServerConditions] } },
  build: {
    ssr: join(import.meta.dirname, 'src/main.ts'),
    target: 'node20',
    outDir: 'dist',
    // The rest of dist belongs to `npm run build`.
    emptyOutDir: false,
    rolldownOptions: { output: { entryFileNames: FILE, codeSplitting: false, banner: `#!${PROGRAM}` } },
  },
  plugins: [
    {
      name: 'executable',
      writeBundle: async ({ dir = 'dist' }) => {
        await chmod(join(dir, FILE), 0o755);
      },
    },
  ],
});
