import { Body, Controller, Get, Headers, HttpCode, Post, Query, Res } from '@nestjs/common';
import { ApiHeader, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { agentReportSchema } from '#contracts/agent-report.js';
import { edgeConfigurationSchema } from '#contracts/edge-configuration.js';
import { Rules } from '../http/route-rules.js';
import { parseOrRefuse } from '../http/parse.js';
import { Answer, EmptyAnswer, JsonBody, Operation, QueryParameters, Refusals } from '../openapi/documentation.js';
import { Access } from '../security/access.js';
import { CalledBy, type Caller, refuseForeignEdge } from '../security/caller.js';
import { edgeNameSchema } from '../resources/common.schema.js';
import { AgentChannel } from './agent-channel.js';
import * as examples from './agent-channel.examples.js';
import { preferredWaitMs } from './prefer-wait.js';

/** About twenty thousand load balancers with two origins each: an edge whose reports were refused would look silent. */
const LONGEST_REPORT_BYTES = 8 * 1024 * 1024;

const edgeQuerySchema = z.strictObject({ edge: edgeNameSchema.meta({ examples: ['ams-1'] }) });

@ApiTags('Agent channel')
@Controller('v1/agent')
export class AgentChannelController {
  constructor(private readonly channel: AgentChannel) {}

  @Get('configuration')
  @Access('edge')
  @Operation(
    'Get an edge’s whole desired state, waiting for the next if it is known',
    'A long poll: with If-None-Match and Prefer: wait=25 the answer comes with the next publication, or after 25 s.',
  )
  @QueryParameters(edgeQuerySchema)
  @ApiHeader({ name: 'If-None-Match', required: false, example: '"1795143600-57"' })
  @ApiHeader({ name: 'Prefer', required: false, example: 'wait=25' })
  @Answer(200, 'Something the agent does not have', edgeConfigurationSchema, { configuration: examples.CONFIGURATION })
  @EmptyAnswer(204, 'Nothing has been published for this edge yet')
  @EmptyAnswer(304, 'The agent has the newest')
  @Refusals(examples.NO_EDGE, examples.NO_NAME)
  async configuration(
    @Query() query: unknown,
    @Headers('if-none-match') knownTag: string | undefined,
    @Headers('prefer') prefer: string | undefined,
    @CalledBy() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    const { edge } = parseOrRefuse(edgeQuerySchema, query, 'invalid-query');
    refuseForeignEdge(caller, edge);
    const answer = await this.channel.configuration(edge, knownTag, preferredWaitMs(prefer), closedEarly(reply));
    switch (answer.kind) {
      case 'changed':
        void reply.headers({ etag: answer.entityTag, 'content-type': 'application/json; charset=utf-8' });
        return answer.text;
      case 'unchanged':
        void reply.status(304).headers({ etag: answer.entityTag, ...retryHint(answer) });
        return undefined;
      case 'nothing-published':
        void reply.status(204).headers(retryHint(answer));
        return undefined;
    }
  }

  @Post('reports')
  @Access('edge')
  @Rules({ longestBodyBytes: LONGEST_REPORT_BYTES })
  @HttpCode(202)
  @Operation('Report what an edge sees: counters, health, latency, and what it has applied')
  @JsonBody(agentReportSchema, { report: examples.REPORT })
  @EmptyAnswer(202, 'Taken')
  @Refusals(examples.NO_EDGE, examples.WRONG_REPORT)
  async report(@Body() body: unknown, @CalledBy() caller: Caller): Promise<void> {
    const report = parseOrRefuse(agentReportSchema, body);
    refuseForeignEdge(caller, report.edge);
    await this.channel.report(report);
  }
}

/** A poll that ends because the control plane stops should come again, to whichever answers then. */
function retryHint({ isStopping }: { readonly isStopping: boolean }): Record<string, string> {
  return isStopping ? { 'retry-after': '1' } : {};
}

/** Aborts when the client goes away before it has its answer. */
function closedEarly(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  // The request's own close event also comes after an ordinary answer.
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  return gone.signal;
}
