export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

type Fields = Readonly<Record<string, unknown>>;

/** `error` means a person must act. */
export type Logger = Readonly<Record<LogLevel, (message: string, fields?: Fields) => void>>;

/** One JSON object a line. `write` gets whole lines. `level` may change while the logger is in use. */
export function createLogger(level: LogLevel | (() => LogLevel), write: (line: string) => void): Logger {
  const levelNow = typeof level === 'function' ? level : () => level;
  const log =
    (lineLevel: LogLevel) =>
    (message: string, fields: Fields = {}) => {
      if (LOG_LEVELS.indexOf(lineLevel) < LOG_LEVELS.indexOf(levelNow())) return;
      write(`${JSON.stringify({ time: new Date().toISOString(), level: lineLevel, message, ...fields })}\n`);
    };
  return { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') };
}
