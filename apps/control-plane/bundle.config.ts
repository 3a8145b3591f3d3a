import { join } from 'node:path';
import { defineConfig } from 'vite';
import { BUNDLE_TARGET, BUNDLING } from '../../libs/packaging/bundling.js';

const source = (file: string): string => join(import.meta.dirname, file);

/**
 * The control plane in few files, and the workers that decide beside it. It is made of 2,500 modules; to find and load them one
 * by one takes longer than everything else that a start does.
 */
export default defineConfig({
  ...BUNDLING,
  // A binary, and what finds the one for this machine.
  ssr: { ...BUNDLING.ssr, external: ['libsql'] },
  build: {
    ssr: true,
    target: BUNDLE_TARGET,
    // As deep as what the compiler makes of these sources: what is found from there, such as the console, is found from here.
    outDir: source('../../dist/bundles/control-plane'),
    emptyOutDir: true,
    // What is copied must bring its terms along.
    license: { fileName: 'licenses.md' },
    rolldownOptions: {
      input: {
        main: source('main.ts'),
        'decision-worker': source('scheduler/decision-worker.ts'),
        'advice-worker': source('what-if/advice-worker.ts'),
      },
      // Logs name classes, TypeORM asks migrations for their names, and two libraries may call a class the same.
      output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js', keepNames: true },
    },
  },
});
