import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
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
  Operation,
  QueryParameters,
  Refusals,
} from '../openapi/documentation.js';
import { Access } from './access.js';
import * as examples from './token.examples.js';
import { createdTokenSchema, newTokenSchema, tokenSchema } from './token.schema.js';
import { TokenService } from './token-service.js';

const listQuerySchema = z.strictObject(pageFields);

/** Who may use the API. */
@ApiTags('Tokens')
@Controller('v1/tokens')
export class TokensController {
  constructor(private readonly tokens: TokenService) {}

  @Get()
  @Access('admin')
  @Operation('List the tokens, ordered by name', 'Without their secrets, which nobody knows but their owners.')
  @QueryParameters(listQuerySchema)
  @Answer(200, 'One page', pageSchema(tokenSchema, 'TokenPage'), { page: examples.PAGE })
  @Refusals(examples.WRONG_LIMIT)
  async list(
    @Query() query: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Page<z.output<typeof tokenSchema>>> {
    const { limit, cursor } = parseOrRefuse(listQuerySchema, query, 'invalid-query');
    return linkNext(reply, await this.tokens.list(limit, cursor));
  }

  @Post()
  @Access('admin')
  @Operation('Create a token', 'The answer has the secret, once; it is stored as a hash and cannot be shown again.')
  @QueryParameters(writeQuerySchema)
  @JsonBody(newTokenSchema, examples.WRITTEN)
  @Answer(201, 'Created', createdTokenSchema, { created: examples.CREATED })
  @Refusals(examples.WRONG_TOKEN, examples.EXISTS)
  async create(
    @Body() body: unknown,
    @Write() write: WriteRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.output<typeof createdTokenSchema>> {
    const { secret, ...token } = await this.tokens.create(body, write);
    void reply.headers({
      location: `/v1/tokens/${token.name}`,
      etag: entityTag(token),
      'cache-control': 'no-store',
    });
    return { ...token, secret };
  }

  @Get(':name')
  @Access('admin')
  @Operation('Read a token')
  @ApiParam({ name: 'name', example: 'deployer' })
  @Answer(200, 'As stored, without its secret', tokenSchema, { stored: examples.STORED })
  @Refusals(examples.MISSING)
  async get(
    @Param('name') name: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.output<typeof tokenSchema>> {
    const token = await this.tokens.get(name);
    void reply.header('etag', entityTag(token));
    return token;
  }

  @Delete(':name')
  @Access('admin')
  @HttpCode(204)
  @Operation('Revoke a token', 'Takes effect at once here, and within five seconds on other replicas.')
  @ApiParam({ name: 'name', example: 'deployer' })
  @QueryParameters(writeQuerySchema)
  @Conditional('If-Match')
  @EmptyAnswer(204, 'Revoked')
  @Refusals(examples.MISSING)
  async revoke(@Param('name') name: string, @Write() write: WriteRequest): Promise<void> {
    await this.tokens.revoke(name, write);
  }
}
