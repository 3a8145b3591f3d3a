#!/usr/bin/env node
import { VERSION } from '#version/version.js';
import { chooseProgram, HELP, type Choice } from './choose-program.js';

/** As it is bundled: what the compiler makes of it loads for three times as long. */
const CONTROL_PLANE = new URL('../../bundles/control-plane/main.js', import.meta.url);

/** `weir`, what the package runs. It becomes the program that is asked for, and loads no other. */
await become(chooseProgram(process.argv.slice(2)));

async function become(choice: Choice): Promise<void> {
  switch (choice.program) {
    case 'help':
      process.stdout.write(HELP);
      return;
    case 'version':
      process.stdout.write(`weir ${VERSION}\n`);
      return;
    case 'misuse':
      process.stderr.write(`${choice.message}\n\n${HELP}`);
      process.exitCode = 2;
      return;
    case 'control-plane':
      process.argv.splice(2, Infinity, ...choice.args);
      await import(CONTROL_PLANE.href);
      return;
    case 'demo':
      process.argv.splice(2, Infinity, ...choice.args);
      await import('../demo/main.js');
  }
}
