import { ApiRefusal, Unreachable } from '#client/errors.js';
import { EXIT, type ExitCode } from './exit-codes.js';

/** The command line, a manifest or the context file says something unusable. The message says what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export interface Failure {
  /** What went wrong, a line each; then what to do next. */
  readonly lines: readonly string[];
  readonly exitCode: ExitCode;
}

/** What a person reads and a script gets when a command did not succeed. */
export function describeFailure(error: unknown): Failure {
  if (error instanceof UsageError) return { lines: [error.message], exitCode: EXIT.usage };
  if (error instanceof ApiRefusal) return describeRefusal(error);
  if (error instanceof Unreachable)
    return {
      lines: [
        `${error.message}: ${reasonOf(error.cause)}`,
        'Is it running? Is the URL right? `weirctl context list` shows where this goes.',
      ],
      exitCode: EXIT.unreachable,
    };
  return { lines: [error instanceof Error ? error.message : String(error)], exitCode: EXIT.failed };
}

function describeRefusal({ status, message, problem }: ApiRefusal): Failure {
  // What concerns the whole resource stands in the message already.
  const fields = (problem?.errors ?? [])
    .filter(({ pointer, detail }) => pointer !== '' || detail !== message)
    .map(({ pointer, detail }) => `  ${pointer === '' ? '/' : pointer}: ${detail}`);
  const [exitCode, hint] = STATUS_MEANINGS.get(status) ?? [EXIT.failed, null];
  return { lines: [message, ...fields, ...(hint === null ? [] : [hint])], exitCode };
}

const STATUS_MEANINGS: ReadonlyMap<number, readonly [ExitCode, string | null]> = new Map([
  [401, [EXIT.denied, '`weirctl login <url>` stores a token.'] as const],
  [403, [EXIT.denied, 'Use a token with a higher role; `weirctl token list` shows the roles.'] as const],
  [404, [EXIT.notFound, null] as const],
  [409, [EXIT.conflict, null] as const],
  [412, [EXIT.conflict, 'It changed meanwhile; look at it again, and repeat.'] as const],
]);

/** The innermost cause says it best: "fetch failed" tells nobody anything. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  if (cause.cause !== undefined) return reasonOf(cause.cause);
  return cause.message === '' && 'code' in cause ? String(cause.code) : cause.message;
}
