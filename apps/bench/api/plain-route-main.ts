import 'reflect-metadata';
import { Body, Controller, Get, Module, Put } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';

/** The document that is read and replaced; the first argument. */
let document: unknown = JSON.parse(process.argv[2] ?? '{}');

/** What NestJS on Fastify does for a route by itself: no token, no schema, no entity tag, no database. */
@Controller('document')
class PlainController {
  @Get()
  read(): unknown {
    return document;
  }

  @Put()
  replace(@Body() body: unknown): unknown {
    document = body;
    return document;
  }
}

@Module({ controllers: [PlainController] })
class PlainModule {}

const app = await NestFactory.create<NestFastifyApplication>(PlainModule, new FastifyAdapter(), { logger: false });
await app.listen(0, '127.0.0.1');
process.stdout.write(`listening on ${await app.getUrl()}\n`);
