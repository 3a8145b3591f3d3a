import { z } from 'zod';

const MS_PER_DAY = 86_400_000;
const BYTES_PER_MEGABYTE = 1024 * 1024;

/** Every variable there is, with its meaning: docs/configuration.md is written from it. */
export const controlPlaneVariables = z.object({
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
  WEIR_EVENTS_KEPT: z.coerce.number().int().min(1).max(10_000_000).default(100_000).describe('Events kept'),
  WEIR_EVENT_DAYS: z.coerce.number().min(0.001).max(3_650).default(90).describe('Events older than this are dropped'),
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
  WEIR_AUTHENTICATION: z
    .enum(['on', 'off'])
    .default('on')
    .describe('off: everybody may do everything; on loopback only'),
  WEIR_ADMIN_TOKEN_FILE: z.string().optional().describe('Has the first admin token; printed once when left out'),
  WEIR_REQUESTS_PER_SECOND: z.coerce.number().int().min(1).max(100_000).default(100).describe('Of one token'),
  WEIR_FAILED_LOGINS_PER_MINUTE: z.coerce
    .number()
    .int()
    .min(1)
    .max(100_000)
    .default(10)
    .describe('Tokens of one address that may be wrong'),
  WEIR_TLS_CERTIFICATE_FILE: z.string().optional().describe('PEM, the whole chain; serves HTTPS'),
  WEIR_TLS_KEY_FILE: z.string().optional().describe('PEM'),
  WEIR_TLS_CLIENT_CA_FILE: z.string().optional().describe('PEM; agents must then show a certificate it signed'),
  WEIR_LOG_LEVEL: z.enum(['error', 'warn', 'info', 'debug']).default('info').describe('Least severity that is logged'),
});

const schema = controlPlaneVariables.superRefine((data, context) => {
  const refuse = (variable: keyof typeof data, message: string): void => {
    context.addIssue({ code: 'custom', path: [variable], message });
  };
  if (data.WEIR_AUTHENTICATION === 'off' && !LOOPBACK.test(data.WEIR_HOST)) {
    refuse('WEIR_AUTHENTICATION', `off is for loopback addresses only, and WEIR_HOST is ${data.WEIR_HOST}`);
  }
  const { WEIR_TLS_CERTIFICATE_FILE: certificate, WEIR_TLS_KEY_FILE: key, WEIR_TLS_CLIENT_CA_FILE: clientCa } = data;
  if (certificate !== undefined && key === undefined) refuse('WEIR_TLS_KEY_FILE', 'must be set with the certificate');
  if (certificate === undefined && (key ?? clientCa) !== undefined) {
    refuse('WEIR_TLS_CERTIFICATE_FILE', 'must be set to serve TLS');
  }
});

const LOOPBACK = /^(127(\.\d{1,3}){3}|::1|localhost)$/;

/** PEM files. */
export interface TlsSettings {
  readonly certificateFile: string;
  readonly keyFile: string;
  /** `null`: agents need no certificate. */
  readonly clientCaFile: string | null;
}

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
  readonly eventsKept: number;
  readonly eventAgeMs: number;
  readonly decisionDeadlineMs: number;
  /** `null`: agents' own reports are the telemetry. */
  readonly prometheusUrl: string | null;
  readonly rateWindowMs: number;
  readonly isAuthenticating: boolean;
  /** `null`: a first admin token is made up and printed. */
  readonly adminTokenFile: string | null;
  /** Of one token. */
  readonly requestsPerSecond: number;
  /** Tokens from one address that are not known. */
  readonly failedLoginsPerMinute: number;
  /** `null`: plain HTTP. */
  readonly tls: TlsSettings | null;
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
    eventsKept: data.WEIR_EVENTS_KEPT,
    eventAgeMs: data.WEIR_EVENT_DAYS * MS_PER_DAY,
    decisionDeadlineMs: data.WEIR_SOLVE_SECONDS * 1_000,
    prometheusUrl: data.WEIR_PROMETHEUS_URL ?? null,
    rateWindowMs: data.WEIR_RATE_WINDOW_SECONDS === undefined ? defaultWindowMs : data.WEIR_RATE_WINDOW_SECONDS * 1_000,
    isAuthenticating: data.WEIR_AUTHENTICATION === 'on',
    adminTokenFile: data.WEIR_ADMIN_TOKEN_FILE ?? null,
    requestsPerSecond: data.WEIR_REQUESTS_PER_SECOND,
    failedLoginsPerMinute: data.WEIR_FAILED_LOGINS_PER_MINUTE,
    tls: tlsSettings(data),
    logLevel: data.WEIR_LOG_LEVEL,
  });
}

function tlsSettings(data: z.output<typeof controlPlaneVariables>): TlsSettings | null {
  const { WEIR_TLS_CERTIFICATE_FILE: certificateFile, WEIR_TLS_KEY_FILE: keyFile } = data;
  if (certificateFile === undefined || keyFile === undefined) return null;
  return { certificateFile, keyFile, clientCaFile: data.WEIR_TLS_CLIENT_CA_FILE ?? null };
}

/** `WEIR_X= weir` means the same as leaving WEIR_X out. */
function withoutEmpty(environment: Readonly<Record<string, string | undefined>>): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
}

function describe(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n');
}
