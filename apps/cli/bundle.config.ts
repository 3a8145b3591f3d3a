import { join } from 'node:path';
import { singleFileConfig } from '../../libs/packaging/single-file.js';

/** The whole of weirctl in one file: what is copied to an operator's machine. */
export default singleFileConfig({ entry: join(import.meta.dirname, 'main.ts'), file: 'weirctl.mjs' });
