import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { parseOrRefuse } from '../http/parse.js';
import { Answer, JsonBody, Operation, Refusals } from '../openapi/documentation.js';
import { Access } from '../security/access.js';
import { whatIfAnswerSchema } from './what-if-answer.schema.js';
import { whatIfChangesSchema } from './what-if-changes.schema.js';
import * as examples from './what-if.examples.js';
import { WhatIfService } from './what-if.service.js';

/** What would be. Changes nothing. */
@ApiTags('Scheduler')
@Controller('v1/what-if')
export class WhatIfController {
  constructor(private readonly service: WhatIfService) {}

  @Post()
  @Access('viewer')
  @HttpCode(200)
  @Operation(
    'Ask what a set of changes would come to',
    'Decides from the newest observations as if the changes were made, without damping: where shares would settle, what ' +
      'differs from the plan in force, and how many cycles it would take to get there. Changes nothing. One question at a time.',
  )
  @JsonBody(whatIfChangesSchema, examples.QUESTIONS)
  @Answer(200, 'What would be', whatIfAnswerSchema, { grown: examples.ANSWER })
  @Refusals(examples.UNKNOWN_NAMES, examples.NO_CYCLE_YET, examples.BUSY)
  async ask(@Body() body: unknown, @Res({ passthrough: true }) reply: FastifyReply): Promise<Buffer> {
    const json = await this.service.answer(parseOrRefuse(whatIfChangesSchema, body));
    void reply.type('application/json; charset=utf-8');
    return Buffer.from(json.buffer);
  }
}
