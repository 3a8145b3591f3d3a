import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import ts from 'typescript';

/** Compiles a program that stands alone, imports of types aside; answers the path of the JavaScript. */
export async function compileProgram(source: URL, directory: string): Promise<string> {
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
  const { outputText } = ts.transpileModule(await readFile(source, 'utf8'), { compilerOptions });
  const program = join(directory, basename(source.pathname, '.ts').concat('.mjs'));
  await mkdir(directory, { recursive: true });
  await writeFile(program, outputText);
  return program;
}
