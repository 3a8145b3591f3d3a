import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { StorageUnavailable } from '#core/ports/storage-unavailable.js';
import { Problem, type ProblemCode, problemDocument } from './problem.js';

/** What the framework refuses on its own account, by status. */
const CODE_OF_STATUS: Readonly<Record<number, ProblemCode>> = {
  400: 'malformed-body',
  404: 'not-found',
  405: 'method-not-allowed',
  413: 'payload-too-large',
  415: 'unsupported-media-type',
};

/** A database that restarts is back in a few seconds. */
const STORAGE_RETRY_SECONDS = 2;

/** The one place where whatever was thrown becomes an `application/problem+json` response. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #logger = new Logger('Http');

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const problem = toProblem(thrown, request);
    if (problem.code === 'internal') this.#logger.error(thrown);
    else if (thrown instanceof StorageUnavailable) this.#logger.warn(thrown.message);
    const document = problemDocument(problem, request.url);
    if (problem.retryAfterSeconds !== null) void reply.header('retry-after', problem.retryAfterSeconds);
    void reply.status(document.status).type('application/problem+json').send(document);
  }
}

function toProblem(thrown: unknown, request: FastifyRequest): Problem {
  if (thrown instanceof Problem) return thrown;
  if (thrown instanceof StorageUnavailable) {
    return new Problem(
      'unavailable',
      'the database does not answer, or cannot store anything; ask again soon',
      [],
      STORAGE_RETRY_SECONDS,
    );
  }
  if (!(thrown instanceof HttpException)) {
    return new Problem('internal', 'the error was logged; nothing was changed unless the change is shown by a GET');
  }
  const code = CODE_OF_STATUS[thrown.getStatus()] ?? 'internal';
  const detail = code === 'not-found' ? `${request.method} ${request.url} leads nowhere` : thrown.message;
  return new Problem(code, detail);
}
