#!/usr/bin/env node
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { fileURLToPath } from 'node:url';
import {
  type ControlPlaneSettings,
  InvalidSettings,
  readControlPlaneSettings,
} from '#config/control-plane-settings.js';
import { type Command, HELP, readCommand, UsageError } from './commands/command.js';
import { databaseLocation, runDatabaseCommand } from './commands/database-commands.js';
import { ControlPlaneModule } from './control-plane.module.js';
import { answerConditionalReads } from './http/conditional-reads.js';
import { serveConsole } from './http/console-files.js';
import { createHttpAdapter, initializeWithMethodRefusal } from './http/http-adapter.js';
import { keepRequestRules } from './http/request-rules.js';
import { sendSecurityHeaders } from './http/security-headers.js';
import { serveOpenApi } from './openapi/openapi-document.js';
import { HEAP } from './heap.js';
import { Gatekeeper } from './security/gatekeeper.js';
import { reloadOnHangUp, tlsOptions } from './security/tls.js';
import { StructuredLogger } from './structured-logger.js';

/** Built by `npm run build:console`. */
const CONSOLE_DIRECTORY = fileURLToPath(new URL('../../console', import.meta.url));

try {
  await run(readCommand(process.argv.slice(2)));
} catch (error) {
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\n\n${HELP}`);
    process.exitCode = 2;
  } else {
    const words = error instanceof InvalidSettings ? `these settings cannot be used:\n${error.message}` : error;
    new StructuredLogger('error').error(words);
    process.exitCode = 1;
  }
}

async function run(command: Command): Promise<void> {
  if (command.name === 'help') {
    process.stdout.write(HELP);
    return;
  }
  const settings = readControlPlaneSettings(process.env);
  if (command.name === 'serve') await serve(settings);
  else process.stdout.write(`${await runDatabaseCommand(command, databaseLocation(settings))}\n`);
}

async function serve(settings: ControlPlaneSettings): Promise<void> {
  HEAP.restrain();
  const logger = new StructuredLogger(settings.logLevel);
  const { tls } = settings;
  const adapter = createHttpAdapter(tls === null ? null : tlsOptions(tls));
  const app = await NestFactory.create<NestFastifyApplication>(ControlPlaneModule.with(settings), adapter, {
    logger,
    abortOnError: false,
    bodyParser: false,
  });
  app.enableShutdownHooks(['SIGTERM', 'SIGINT'], { useProcessExit: true });
  await sendSecurityHeaders(app, tls !== null);
  const fastify = adapter.getInstance();
  // In this order: a stranger learns nothing of what is wrong with a request.
  app.get(Gatekeeper).guard(fastify);
  keepRequestRules(fastify);
  answerConditionalReads(fastify);
  serveOpenApi(app);
  await serveConsole(fastify, CONSOLE_DIRECTORY);
  await initializeWithMethodRefusal(app);
  if (tls !== null) reloadOnHangUp(fastify.server, tls);
  await app.listen(settings.port, settings.host);
  const url = await app.getUrl();
  logger.log(
    `listening on ${url}, console at ${url}/, API at ${url}/docs, a cycle every ${settings.cycleMs / 1_000} s`,
  );
}
