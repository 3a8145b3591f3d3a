import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { readFile, writeFile } from 'node:fs/promises';
import { readControlPlaneSettings } from '#config/control-plane-settings.js';
import { ControlPlaneModule } from './control-plane.module.js';
import { createHttpAdapter } from './http/http-adapter.js';
import { openApiDocument, openApiYaml } from './openapi/openapi-document.js';

/** Writes openapi.yaml at the working directory; with `--check`, fails when it is not what the code says. */
const FILE = 'openapi.yaml';

// In preview mode Nest reads the controllers and constructs nothing: no database, no port.
const app = await NestFactory.create(ControlPlaneModule.with(readControlPlaneSettings({})), createHttpAdapter(), {
  preview: true,
  logger: false,
  abortOnError: false,
});
const yaml = await openApiYaml(openApiDocument(app));
await app.close();

if (!process.argv.includes('--check')) {
  await writeFile(FILE, yaml);
} else if ((await readFile(FILE, 'utf8').catch(() => '')) !== yaml) {
  process.stderr.write(`${FILE} is not what the code says; run npm run openapi\n`);
  process.exitCode = 1;
}
