#!/usr/bin/env node
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  type ControlPlaneSettings,
  InvalidSettings,
  readControlPlaneSettings,
} from '#config/control-plane-settings.js';
import { type Command, HELP, readCommand, UsageError } from './commands/command.js';
import { databaseLocation, runDatabaseCommand } from './commands/database-commands.js';
import { ControlPlaneModule } from './control-plane.module.js';
import { createHttpAdapter, initializeWithMethodRefusal } from './http/http-adapter.js';
import { serveOpenApi } from './openapi/openapi-document.js';
import { StructuredLogger } from './structured-logger.js';

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
  const logger = new StructuredLogger(settings.logLevel);
  const app = await NestFactory.create<NestFastifyApplication>(ControlPlaneModule.with(settings), createHttpAdapter(), {
    logger,
    abortOnError: false,
    bodyParser: false,
  });
  app.enableShutdownHooks(['SIGTERM', 'SIGINT'], { useProcessExit: true });
  serveOpenApi(app);
  await initializeWithMethodRefusal(app);
  await app.listen(settings.port, settings.host);
  const url = await app.getUrl();
  logger.log(`listening on ${url}, console at ${url}/docs, a cycle every ${settings.cycleMs / 1_000} s`);
}
