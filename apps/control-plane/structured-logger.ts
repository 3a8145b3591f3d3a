import { ConsoleLogger, type LogLevel } from '@nestjs/common';

/** From the gravest; Nest calls what is usually called info `log`. */
const BY_GRAVITY = ['error', 'warn', 'info', 'debug'] as const;

/** What the framework says of its own start is of interest only to whoever works on Weir. */
const FRAMEWORK_CONTEXTS = new Set([
  'NestFactory',
  'NestApplication',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
]);

/** One JSON object a line on standard output, for everything at least as grave as `least`. */
export class StructuredLogger extends ConsoleLogger {
  constructor(least: (typeof BY_GRAVITY)[number]) {
    super('ControlPlane', { json: true, logLevels: logLevels(least) });
  }

  override log(message: unknown, ...rest: unknown[]): void {
    const context = rest.at(-1);
    if (typeof context === 'string' && FRAMEWORK_CONTEXTS.has(context)) this.debug(message, ...rest);
    else super.log(message, ...rest);
  }
}

function logLevels(least: (typeof BY_GRAVITY)[number]): LogLevel[] {
  const shown = BY_GRAVITY.slice(0, BY_GRAVITY.indexOf(least) + 1);
  return ['fatal', ...shown.map((level): LogLevel => (level === 'info' ? 'log' : level))];
}
