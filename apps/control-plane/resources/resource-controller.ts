import { Body, Delete, Get, HttpCode, Param, Patch, Post, Put, Query, Res } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { entityTag } from '../http/entity-tag.js';
import { linkNext, type Page, pageFields, pageSchema } from '../http/page.js';
import { parseOrRefuse } from '../http/parse.js';
import { Write, type WriteRequest, writeQuerySchema } from '../http/write-request.js';
import {
  Answer,
  Conditional,
  EmptyAnswer,
  JsonBody,
  MergePatchBody,
  Operation,
  QueryParameters,
  Refusals,
} from '../openapi/documentation.js';
import { Access } from '../security/access.js';
import type { ResourceExamples } from './examples.js';
import { labelsQuerySchema } from './label-filter.js';
import type { LabelledResource, ResourceDefinition } from './resource-definition.js';
import type { ResourceService } from './resource-service.js';

/** What a controller made here does, for the class that extends it. */
interface ResourceControllerClass<T extends LabelledResource> {
  new (resources: ResourceService<T>): {
    readonly resources: ResourceService<T>;
  };
}

const listQuerySchema = z.strictObject({ ...pageFields, label: labelsQuerySchema });

/**
 * A controller with the six verbs that all resources share, documented with the resource's own examples. Bodies are
 * validated by the service: what PUT and PATCH must be is known only together with the path and what is stored.
 */
export function resourceController<T extends LabelledResource>(
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
    @Access('viewer')
    @Operation(`List the ${noun}s, ordered by name`)
    @QueryParameters(listQuerySchema)
    @Answer(200, 'One page', pageSchema(Schema, `${definition.id}Page`), { page: examples.page })
    @Refusals(examples.refusals.query)
    async list(@Query() query: unknown, @Res({ passthrough: true }) reply: FastifyReply): Promise<Page<T>> {
      return linkNext(reply, await this.resources.list(parseOrRefuse(listQuerySchema, query, 'invalid-query')));
    }

    @Post()
    @Access('operator')
    @Operation(`Create ${one}`)
    @QueryParameters(writeQuerySchema)
    @JsonBody(Schema, examples.written)
    @Found(201, 'Created')
    @Refusals(...examples.refusals.write, examples.refusals.exists)
    async create(
      @Body() body: unknown,
      @Write() write: WriteRequest,
      @Res({ passthrough: true }) reply: FastifyReply,
    ): Promise<T> {
      const created = await this.resources.create(body, write);
      void reply.header('location', `/v1/${definition.path}/${created.name}`);
      return tagged(reply, created);
    }

    @Get(':name')
    @Access('viewer')
    @Operation(`Read ${one}`)
    @ApiParam({ name: 'name', example: examples.name })
    @Found(200, 'As stored')
    @Refusals(examples.refusals.missing)
    async get(@Param('name') name: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<T> {
      return tagged(reply, await this.resources.get(name));
    }

    @Put(':name')
    @Access('operator')
    @Operation(
      `Create ${one} or replace it whole`,
      'The name may be left out of the body; the path has it. Where the very same is stored already, nothing changes.',
    )
    @ApiParam({ name: 'name', example: examples.name })
    @QueryParameters(writeQuerySchema)
    @Conditional('If-Match', 'If-None-Match')
    @JsonBody(definition.replacementSchema, examples.written)
    @Found(200, 'Replaced')
    @Found(201, 'Created')
    @Refusals(...examples.refusals.write)
    async replace(
      @Param('name') name: string,
      @Body() body: unknown,
      @Write() write: WriteRequest,
      @Res({ passthrough: true }) reply: FastifyReply,
    ): Promise<T> {
      const { resource, isNew } = await this.resources.replace(name, body, write);
      void reply.status(isNew ? 201 : 200);
      return tagged(reply, resource);
    }

    @Patch(':name')
    @Access('operator')
    @Operation(
      `Change parts of ${one}`,
      'A JSON merge patch: objects merge, null takes a field out, lists are replaced.',
    )
    @ApiParam({ name: 'name', example: examples.name })
    @QueryParameters(writeQuerySchema)
    @Conditional('If-Match')
    @MergePatchBody(examples.patched)
    @Found(200, 'As stored now')
    @Refusals(...examples.refusals.write, examples.refusals.missing)
    async patch(
      @Param('name') name: string,
      @Body() patch: unknown,
      @Write() write: WriteRequest,
      @Res({ passthrough: true }) reply: FastifyReply,
    ): Promise<T> {
      return tagged(reply, await this.resources.patch(name, patch, write));
    }

    @Delete(':name')
    @Access('operator')
    @HttpCode(204)
    @Operation(`Delete ${one}`)
    @ApiParam({ name: 'name', example: examples.name })
    @QueryParameters(writeQuerySchema)
    @Conditional('If-Match')
    @EmptyAnswer(204, 'Deleted')
    @Refusals(examples.refusals.missing, ...examples.refusals.remove)
    async remove(@Param('name') name: string, @Write() write: WriteRequest): Promise<void> {
      await this.resources.remove(name, write);
    }
  }
  return ResourceController;
}

function tagged<T>(reply: FastifyReply, resource: T): T {
  void reply.header('etag', entityTag(resource));
  return resource;
}
