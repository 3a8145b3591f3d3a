import { Body, Delete, Get, HttpCode, Param, Patch, Post, Put, Query, Res } from '@nestjs/common';
import { ApiConsumes, ApiParam, ApiQuery } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { type Page, pageQuerySchema, pageSchema } from '../http/page.js';
import { parseOrRefuse } from '../http/parse.js';
import { Answer, EmptyAnswer, JsonBody, MergePatchBody, Operation, Refusals } from '../openapi/documentation.js';
import type { ResourceExamples } from './examples.js';
import type { ResourceDefinition } from './resource-definition.js';
import type { ResourceService } from './resource-service.js';

interface NamedResource {
  readonly name: string;
}

/** What a controller made here does, for the class that extends it. */
interface ResourceControllerClass<T extends NamedResource> {
  new (resources: ResourceService<T>): {
    readonly resources: ResourceService<T>;
  };
}

/**
 * A controller with the six verbs that all resources share, documented with the resource's own examples. Bodies are
 * validated by the service: what PUT and PATCH must be is known only together with the path and what is stored.
 */
export function resourceController<T extends NamedResource>(
  definition: ResourceDefinition<T>,
  examples: ResourceExamples,
): ResourceControllerClass<T> {
  const { noun, one, schema } = definition;
  const Schema = schema as z.ZodType;
  const Found = (status: number, description: string): MethodDecorator =>
    Answer(status, description, Schema, { stored: examples.stored });

  class ResourceController {
    constructor(readonly resources: ResourceService<T>) {}

    @Get()
    @Operation(`List the ${noun}s, ordered by name`)
    @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: 500, default: 100 } })
    @ApiQuery({
      name: 'cursor',
      required: false,
      schema: { type: 'string' },
      description: '`nextCursor` of the page before',
    })
    @Answer(200, 'One page', pageSchema(Schema, `${definition.id}Page`), { page: examples.page })
    @Refusals(examples.refusals.query)
    list(@Query() query: unknown): Promise<Page<T>> {
      const { limit, cursor } = parseOrRefuse(pageQuerySchema, query, 'invalid-query');
      return this.resources.list(limit, cursor);
    }

    @Post()
    @Operation(`Create ${one}`)
    @JsonBody(Schema, examples.written)
    @Found(201, 'Created')
    @Refusals(...examples.refusals.write, examples.refusals.exists)
    async create(@Body() body: unknown, @Res({ passthrough: true }) reply: FastifyReply): Promise<T> {
      const created = await this.resources.create(body);
      void reply.header('location', `/v1/${definition.path}/${created.name}`);
      return created;
    }

    @Get(':name')
    @Operation(`Read ${one}`)
    @ApiParam({ name: 'name', example: examples.name })
    @Found(200, 'As stored')
    @Refusals(examples.refusals.missing)
    get(@Param('name') name: string): Promise<T> {
      return this.resources.get(name);
    }

    @Put(':name')
    @Operation(`Create ${one} or replace it whole`, 'The name may be left out of the body; the path has it.')
    @ApiParam({ name: 'name', example: examples.name })
    @JsonBody(definition.replacementSchema, examples.written)
    @Found(200, 'Replaced')
    @Found(201, 'Created')
    @Refusals(...examples.refusals.write)
    async replace(
      @Param('name') name: string,
      @Body() body: unknown,
      @Res({ passthrough: true }) reply: FastifyReply,
    ): Promise<T> {
      const { resource, isNew } = await this.resources.replace(name, body);
      void reply.status(isNew ? 201 : 200);
      return resource;
    }

    @Patch(':name')
    @Operation(
      `Change parts of ${one}`,
      'A JSON merge patch: objects merge, null takes a field out, lists are replaced.',
    )
    @ApiParam({ name: 'name', example: examples.name })
    @ApiConsumes('application/merge-patch+json', 'application/json')
    @MergePatchBody(examples.patched)
    @Found(200, 'As stored now')
    @Refusals(...examples.refusals.write, examples.refusals.missing)
    patch(@Param('name') name: string, @Body() patch: unknown): Promise<T> {
      return this.resources.patch(name, patch);
    }

    @Delete(':name')
    @HttpCode(204)
    @Operation(`Delete ${one}`)
    @ApiParam({ name: 'name', example: examples.name })
    @EmptyAnswer(204, 'Deleted')
    @Refusals(examples.refusals.missing, ...examples.refusals.remove)
    async remove(@Param('name') name: string): Promise<void> {
      await this.resources.remove(name);
    }
  }
  return ResourceController;
}
