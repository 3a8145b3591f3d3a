import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { InvalidSettings, readControlPlaneSettings } from '#config/control-plane-settings.js';
import { ControlPlaneModule } from './control-plane.module.js';
import { createHttpAdapter, initializeWithMethodRefusal } from './http/http-adapter.js';
import { serveOpenApi } from './openapi/openapi-document.js';
import { StructuredLogger } from './structured-logger.js';

try {
  await startControlPlane();
} catch (error) {
  new StructuredLogger('error').error(
    error instanceof InvalidSettings ? `these settings cannot be used:\n${error.message}` : error,
  );
  process.exitCode = 1;
}

async function startControlPlane(): Promise<void> {
  const settings = readControlPlaneSettings(process.env);
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
