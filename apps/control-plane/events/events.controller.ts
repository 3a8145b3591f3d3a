import { Controller, Get, Headers, Inject, Query, Res } from '@nestjs/common';
import { ApiHeader, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import type { EventStore } from '#core/ports/event-store.js';
import { cursorAfter } from '../http/cursor.js';
import { linkNext, type Page, pageSchema } from '../http/page.js';
import { parseOrRefuse } from '../http/parse.js';
import { Answer, Operation, QueryParameters, Refusals, TextAnswer } from '../openapi/documentation.js';
import { Access } from '../security/access.js';
import { EVENT_STORE } from '../tokens.js';
import * as examples from './event.examples.js';
import { eventQuerySchema, eventSchema, lastEventIdSchema, shownEvent, streamQuerySchema } from './event.schema.js';
import { EventListeners } from './event-listeners.js';

/** What happened, and who did it. */
@ApiTags('Events')
@Controller('v1/events')
export class EventsController {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    private readonly listeners: EventListeners,
  ) {}

  @Get()
  @Access('viewer')
  @Operation('List what happened, newest first', 'Writes with who made them, decisions, health, agents.')
  @QueryParameters(eventQuerySchema)
  @Answer(200, 'One page', pageSchema(eventSchema, 'EventPage'), { page: examples.PAGE })
  @Refusals(examples.WRONG_TYPE)
  async list(
    @Query() query: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Page<z.output<typeof eventSchema>>> {
    const { limit, cursor, since, ...filter } = parseOrRefuse(eventQuerySchema, query, 'invalid-query');
    const sinceMs = since === undefined ? undefined : Date.parse(since);
    const events = await this.store.newest({ ...filter, sinceMs }, limit + 1, cursor);
    const last = events[limit - 1];
    return linkNext(reply, {
      items: events.slice(0, limit).map(shownEvent),
      nextCursor: events.length > limit && last !== undefined ? cursorAfter(last.sequence) : null,
    });
  }

  @Get('stream')
  @Access('viewer')
  @Operation(
    'Listen to what happens',
    'Server-sent events in their order, each once. Whoever comes back with Last-Event-ID misses none; where some of them ' +
      'are no longer kept, an event "gap" says so first. A listener that does not read for half a minute is cut off.',
  )
  @QueryParameters(streamQuerySchema)
  @ApiHeader({ name: 'Last-Event-ID', required: false, description: 'The id of the last event that was read' })
  @TextAnswer(200, 'Without end', 'text/event-stream', {
    event: examples.STREAM,
    cycle: examples.STREAM_WITH_CYCLES,
  })
  @Refusals(examples.WRONG_TYPE, examples.TOO_MANY_LISTENERS)
  stream(
    @Query() query: unknown,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res() reply: FastifyReply,
  ): void {
    const { cycles, ...filter } = parseOrRefuse(streamQuerySchema, query, 'invalid-query');
    const { 'Last-Event-ID': lastSequence = null } = parseOrRefuse(
      lastEventIdSchema,
      { 'Last-Event-ID': lastEventId },
      'invalid-query',
    );
    const wish = { filter, isTellingCycles: cycles === 'true', lastSequence };
    const events = this.listeners.listen(wish, reply.raw);
    void reply.headers({ 'content-type': 'text/event-stream', 'cache-control': 'no-store' }).send(events);
  }
}
