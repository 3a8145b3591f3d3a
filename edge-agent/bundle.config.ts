import { join } from 'node:path';
import { singleFileConfig } from '../libs/packaging/single-file.js';

/** The whole agent in one file: what is copied to an edge. */
export default singleFileConfig({ entry: join(import.meta.dirname, 'src/main.ts'), file: 'weir-edge.mjs' });
