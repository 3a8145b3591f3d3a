import type { INestApplication } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { VERSION } from '#version/version.js';
import { problemSchema } from '../http/problem.schema.js';
import { TOKEN_SCHEME } from '../security/access.js';
import { completeDocument } from './complete-document.js';
import { toJsonSchema } from './json-schema.js';

const DESCRIPTION = `Weir is a smart global accelerator: a closed loop that steers the traffic of anycast edges to origins by demand,
latency, health and capacity. Define origins, edges and load balancers here; every cycle the scheduler decides which share of each
edge's traffic each origin serves, and edge agents carry it out. Errors are problem documents (RFC 9457) that name every wrong field.`;

/** The API's document, read off the controllers. The application need not be initialised. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Weir')
    .setDescription(DESCRIPTION)
    .setVersion(VERSION)
    .setOpenAPIVersion('3.1.1')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer('/')
    .addSecurity(TOKEN_SCHEME, {
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'weir_<id>_<secret>',
      description: 'A token of Weir. Each operation says in x-weir-role which role it asks for.',
    })
    .addTag('Overview', 'Everything at a glance')
    .addTag('Load balancers', 'What users reach, how its traffic is spread, and why')
    .addTag('Origins', 'Places that serve, with their capacity')
    .addTag('Edges', 'Anycast nodes, each with an agent')
    .addTag('Scheduler', 'The closed loop')
    .addTag('Events', 'What happened, and who did it')
    .addTag('Tokens', 'Who may use the API')
    .addTag('Agent channel', 'Spoken by edge agents')
    .addTag('Operations', 'For probes and Prometheus')
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    standardSchemaConverter: toJsonSchema,
    // Tags are named by hand: one controller may serve several.
    autoTagControllers: false,
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}.${method}`,
  });
  const schemas = ((document.components ??= {}).schemas ??= {});
  // Responses refer to it by hand, so the reader does not come across it.
  const problem = JSON.stringify(toJsonSchema(problemSchema, { schemaType: 'output' })?.components ?? {});
  Object.assign(schemas, JSON.parse(problem.replaceAll('"#/$defs/', '"#/components/schemas/')));
  completeDocument(document);
  return document;
}

/** What writes it is loaded when it is asked for, too. */
export async function openApiYaml(document: OpenAPIObject): Promise<string> {
  const { stringify } = await import('yaml');
  return stringify(document, { aliasDuplicateObjects: false, lineWidth: 0 });
}

/**
 * Serves the console at /docs and the document at /openapi.yaml, byte for byte the file at the repository's root. It is made
 * when somebody first asks for it: that takes a fifth of what all of a start takes, and most control planes are never asked.
 */
export function serveOpenApi(app: NestFastifyApplication): void {
  const document = once(() => openApiDocument(app));
  const yaml = once(() => openApiYaml(document()));
  SwaggerModule.setup('docs', app, document, {
    raw: false,
    customSiteTitle: 'Weir API',
    swaggerOptions: { persistAuthorization: true },
  });
  app
    .getHttpAdapter()
    .getInstance()
    .get('/openapi.yaml', async (_request, reply) => reply.type('application/yaml').send(await yaml()));
}

function once<T extends object | string>(make: () => T): () => T {
  let made: T | null = null;
  return () => (made ??= make());
}
