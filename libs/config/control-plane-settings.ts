import { z } from 'zod';

const BYTES_PER_MEGABYTE = 1024 * 1024;

const schema = z.object({
  WEIR_HOST: z.string().min(1).default('127.0.0.1').describe('Address the API listens on'),
  WEIR_PORT: z.coerce.number().int().min(0).max(65_535).default(8080).describe('Port of the API; 0 takes a free one'),
  WEIR_DATA_DIRECTORY: z.string().min(1).default('./data').describe('Where the embedded database lives'),
  WEIR_DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/ })
    .optional()
    .describe('PostgreSQL to use instead of the embedded database; several control planes may share it'),
  WEIR_CYCLE_SECONDS: z.coerce.number().min(0.1).max(3_600).default(15).describe('Length of one cycle'),
  WEIR_CYCLES_KEPT: z.coerce.number().int().min(1).max(100_000).default(240).describe('Cycles kept in the history'),
  WEIR_HISTORY_MEGABYTES: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .default(1_024)
    .describe('Most that the history takes up on disk; the oldest cycles go first'),
  WEIR_SOLVE_SECONDS: z.coerce.number().min(0.1).max(600).default(10).describe('Deadline of one decision'),
  WEIR_PROMETHEUS_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Prometheus to read instead of reports'),
  WEIR_RATE_WINDOW_SECONDS: z.coerce
    .number()
    .min(0.1)
    .max(3_600)
    .optional()
    .describe('Window over which rates are taken; one cycle of reports or four of Prometheus when left out'),
  WEIR_LOG_LEVEL: z.enum(['error', 'warn', 'info', 'debug']).default('info').describe('Least severity that is logged'),
});

/** How one control plane runs. Times in ms. */
export interface ControlPlaneSettings {
  readonly host: string;
  readonly port: number;
  readonly dataDirectory: string;
  /** `null`: the embedded database in the data directory. Holds a password, as a rule. */
  readonly databaseUrl: string | null;
  readonly cycleMs: number;
  readonly cyclesKept: number;
  /** Of what cycles decided from and decided, compressed. */
  readonly historyBytes: number;
  readonly decisionDeadlineMs: number;
  /** `null`: agents' own reports are the telemetry. */
  readonly prometheusUrl: string | null;
  readonly rateWindowMs: number;
  readonly logLevel: 'error' | 'warn' | 'info' | 'debug';
}

/** The environment says something unusable; `message` names every wrong variable. */
export class InvalidSettings extends Error {
  override readonly name = 'InvalidSettings';
}

/** Reads settings from environment variables. Throws `InvalidSettings`. */
export function readControlPlaneSettings(
  environment: Readonly<Record<string, string | undefined>>,
): ControlPlaneSettings {
  const parsed = schema.safeParse(withoutEmpty(environment));
  if (!parsed.success) throw new InvalidSettings(describe(parsed.error));
  const { data } = parsed;
  const cycleMs = data.WEIR_CYCLE_SECONDS * 1_000;
  // A rate needs several scrapes in its window, and Prometheus scrapes less often than agents report.
  const defaultWindowMs = (data.WEIR_PROMETHEUS_URL === undefined ? 1 : 4) * cycleMs;
  return Object.freeze({
    host: data.WEIR_HOST,
    port: data.WEIR_PORT,
    dataDirectory: data.WEIR_DATA_DIRECTORY,
    databaseUrl: data.WEIR_DATABASE_URL ?? null,
    cycleMs,
    cyclesKept: data.WEIR_CYCLES_KEPT,
    historyBytes: data.WEIR_HISTORY_MEGABYTES * BYTES_PER_MEGABYTE,
    decisionDeadlineMs: data.WEIR_SOLVE_SECONDS * 1_000,
    prometheusUrl: data.WEIR_PROMETHEUS_URL ?? null,
    rateWindowMs: data.WEIR_RATE_WINDOW_SECONDS === undefined ? defaultWindowMs : data.WEIR_RATE_WINDOW_SECONDS * 1_000,
    logLevel: data.WEIR_LOG_LEVEL,
  });
}

/** `WEIR_X= weir` means the same as leaving WEIR_X out. */
function withoutEmpty(environment: Readonly<Record<string, string | undefined>>): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
}

function describe(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n');
}
