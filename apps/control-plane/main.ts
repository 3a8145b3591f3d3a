import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { InvalidSettings, readControlPlaneSettings } from '#config/control-plane-settings.js';
import { ControlPlaneModule } from './control-plane.module.js';
import { answerConditionalReads } from './http/conditional-reads.js';
import { createHttpAdapter, initializeWithMethodRefusal } from './http/http-adapter.js';
import { keepRequestRules } from './http/request-rules.js';
import { sendSecurityHeaders } from './http/security-headers.js';
import { serveOpenApi } from './openapi/openapi-document.js';
import { Gatekeeper } from './security/gatekeeper.js';
import { reloadOnHangUp, tlsOptions } from './security/tls.js';
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
  await initializeWithMethodRefusal(app);
  if (tls !== null) reloadOnHangUp(fastify.server, tls);
  await app.listen(settings.port, settings.host);
  const url = await app.getUrl();
  logger.log(`listening on ${url}, console at ${url}/docs, a cycle every ${settings.cycleMs / 1_000} s`);
}
