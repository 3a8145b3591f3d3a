import { isIP, isIPv6 } from 'node:net';
import { z } from 'zod';
import { canonicalAddress, formatSocket, parseSocket, type SocketAddress } from './data-plane/service.js';
import { LOG_LEVELS } from './logger.js';
import type { ProbeSource } from './probe/probe-sockets.js';

/** An empty variable counts as one that is not set, as in most unit and container files. */
const optional = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema);

const required = (whatToSet: string) => z.string(`must be set to ${whatToSet}`).min(1, `must be set to ${whatToSet}`);

function wholeNumber(range: { min: number; max: number }, fallback: number) {
  const message = `must be a whole number from ${range.min} to ${range.max}`;
  return optional(
    z.coerce.number(message).int(message).min(range.min, message).max(range.max, message).default(fallback),
  );
}

const listenMap = z.string().transform((text, context): ReadonlyMap<string, SocketAddress> => {
  const entries = new Map<string, SocketAddress>();
  for (const entry of text.split(',').filter((part) => part.trim() !== '')) {
    const [declared, real] = entry.split('=').map((side) => parseSocket(side.trim()));
    if (declared == null || real == null)
      context.addIssue(`has "${entry.trim()}"; write 203.0.113.10:80=127.0.0.1:8081`);
    else entries.set(formatSocket(declared), real);
  }
  return entries;
});

const probeSource = z.string().transform((text, context): ProbeSource => {
  const addresses = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const [IPv4, IPv6] = [false, true].map((wanted) => addresses.filter((address) => isIPv6(address) === wanted));
  if (addresses.some((address) => isIP(address) === 0) || (IPv4 ?? []).length > 1 || (IPv6 ?? []).length > 1)
    context.addIssue(`is "${text}"; write one address of this edge for each family, like 192.0.2.1,2001:db8::1`);
  return {
    ...(IPv4?.[0] !== undefined && { IPv4: IPv4[0] }),
    ...(IPv6?.[0] !== undefined && { IPv6: canonicalAddress(IPv6[0]) }),
  };
});

const metricsAddress = z
  .string()
  .regex(
    /^(\[[\da-fA-F:.]+\]|[^\s/:[\]]+):\d{1,5}$/,
    'must be a host and a port, like 192.0.2.1:9470 or ams-1.example.net:9470',
  );

const file = optional(z.string().nullable().default(null));

const NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const HOUR_MS = 3_600_000;

/** Every variable there is, with its meaning: docs/configuration.md is written from it. */
export const edgeAgentVariables = z.object({
  WEIR_EDGE_NAME: required("this edge's name")
    .regex(NAME, 'must be a DNS label in lower case, like ams-1')
    .describe("This edge's name at the control plane"),
  WEIR_CONTROL_PLANE_URL: z
    .url({
      protocol: /^https?$/,
      error: 'must be set to the URL of the control plane, like http://127.0.0.1:8080',
    })
    .describe('Where the control plane is'),
  WEIR_EDGE_STATE_DIRECTORY: required('a directory that survives reboots, like /var/lib/weir-edge').describe(
    'Where the configuration is kept; must survive reboots',
  ),
  WEIR_EDGE_DATA_PLANE: z
    .enum(['userspace', 'ipvs'], 'must be set to userspace or ipvs')
    .describe('`ipvs`, or `userspace` where there is no IPVS'),
  WEIR_EDGE_TOKEN_FILE: file.describe("File with the edge's token; read before each request"),
  WEIR_EDGE_CA_FILE: file.describe(
    "PEM of whoever signed the control plane's certificate; the system's own when not set",
  ),
  WEIR_EDGE_CERTIFICATE_FILE: file.describe(
    "PEM of the agent's own certificate, for a control plane that asks for one",
  ),
  WEIR_EDGE_KEY_FILE: file.describe('PEM of the key of that certificate'),
  WEIR_EDGE_HTTP_HOST: optional(z.string().default('127.0.0.1')).describe(
    'Address of `/metrics`, `/healthz` and `/status`',
  ),
  WEIR_EDGE_HTTP_PORT: wholeNumber({ min: 0, max: 65_535 }, 9470).describe(
    'Their port; 0 leaves the choice to the system',
  ),
  WEIR_EDGE_METRICS_ADDRESS: optional(metricsAddress.nullable().default(null)).describe(
    'Host and port at which a Prometheus reaches `/metrics`; where the agent listens when not set',
  ),
  WEIR_EDGE_REPORT_INTERVAL_MS: wholeNumber({ min: 100, max: HOUR_MS }, 5_000).describe('How often the agent reports'),
  WEIR_EDGE_SYNC_INTERVAL_MS: wholeNumber({ min: 100, max: HOUR_MS }, 10_000).describe(
    'How often it looks for drift in the kernel',
  ),
  WEIR_EDGE_DRAIN_SECONDS: wholeNumber({ min: 0, max: 86_400 }, 60).describe(
    'How long what is removed may finish its connections',
  ),
  WEIR_EDGE_PROBE_SOURCE: optional(probeSource.prefault('')).describe(
    'Addresses of this edge that probes come from, one for each family: `192.0.2.1,2001:db8::1`',
  ),
  WEIR_EDGE_LISTEN_MAP: optional(listenMap.prefault('')).describe(
    'Userspace only: where it really listens, `203.0.113.10:80=127.0.0.1:8081,…`',
  ),
  WEIR_EDGE_ANYCAST: optional(z.enum(['bird', 'off'], 'must be bird or off').default('off')).describe(
    '`bird` announces the addresses it serves',
  ),
  // On a file system that a reboot empties, as it does the kernel's table: BIRD must not announce before the agent serves.
  WEIR_EDGE_BIRD_FILE: optional(z.string().default('/run/weir-edge/bird.conf')).describe(
    "The agent's part of BIRD's configuration",
  ),
  WEIR_EDGE_BIRD_SOCKET: optional(z.string().default('/run/bird/bird.ctl')).describe("BIRD's control socket"),
  WEIR_EDGE_ANNOUNCE_HOLD_SECONDS: wholeNumber({ min: 0, max: 3_600 }, 10).describe(
    'How long an address must be healthy again before it is announced again',
  ),
  WEIR_EDGE_WITHDRAW_SECONDS: wholeNumber({ min: 0, max: 300 }, 5).describe(
    'What routers get to notice, when the agent ends, before the rest of it ends',
  ),
  WEIR_EDGE_WATCHDOG_SECONDS: wholeNumber({ min: 1, max: 3_600 }, 30).describe(
    'How long an agent may give no sign of life before its watchdog withdraws',
  ),
  WEIR_EDGE_LOG_LEVEL: optional(z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`).default('info')).describe(
    'Least severity that is logged; the one setting that SIGHUP changes at once',
  ),
});

const environmentSchema = edgeAgentVariables.superRefine((set, context) => {
  const { WEIR_EDGE_CERTIFICATE_FILE: certificate, WEIR_EDGE_KEY_FILE: key } = set;
  if ((certificate === null) === (key === null)) return;
  const path = [certificate === null ? 'WEIR_EDGE_CERTIFICATE_FILE' : 'WEIR_EDGE_KEY_FILE'];
  context.addIssue({ code: 'custom', path, message: 'must be set: a certificate and its key belong together' });
});

export type Settings = Readonly<ReturnType<typeof toSettings>>;

/** Every wrong variable at once, one a line. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';

  constructor(readonly problems: readonly string[]) {
    super(`The agent cannot start with these settings:\n${problems.map((line) => `  ${line}`).join('\n')}`);
  }
}

/** Reads the environment; throws a SettingsError that names everything to be set or corrected. */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const parsed = environmentSchema.safeParse(environment);
  if (parsed.success) return Object.freeze(toSettings(parsed.data));
  throw new SettingsError(parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`));
}

function toSettings(variables: z.output<typeof environmentSchema>) {
  return {
    edge: variables.WEIR_EDGE_NAME,
    controlPlaneUrl: variables.WEIR_CONTROL_PLANE_URL.replace(/\/+$/, ''),
    stateDirectory: variables.WEIR_EDGE_STATE_DIRECTORY,
    dataPlane: variables.WEIR_EDGE_DATA_PLANE,
    credentials: {
      tokenFile: variables.WEIR_EDGE_TOKEN_FILE,
      caFile: variables.WEIR_EDGE_CA_FILE,
      certificateFile: variables.WEIR_EDGE_CERTIFICATE_FILE,
      keyFile: variables.WEIR_EDGE_KEY_FILE,
    },
    httpHost: variables.WEIR_EDGE_HTTP_HOST,
    httpPort: variables.WEIR_EDGE_HTTP_PORT,
    metricsAddress: variables.WEIR_EDGE_METRICS_ADDRESS,
    reportIntervalMs: variables.WEIR_EDGE_REPORT_INTERVAL_MS,
    syncIntervalMs: variables.WEIR_EDGE_SYNC_INTERVAL_MS,
    drainMs: variables.WEIR_EDGE_DRAIN_SECONDS * 1000,
    probeSource: variables.WEIR_EDGE_PROBE_SOURCE,
    listenMap: variables.WEIR_EDGE_LISTEN_MAP,
    anycast: variables.WEIR_EDGE_ANYCAST,
    birdFile: variables.WEIR_EDGE_BIRD_FILE,
    birdSocket: variables.WEIR_EDGE_BIRD_SOCKET,
    announceHoldMs: variables.WEIR_EDGE_ANNOUNCE_HOLD_SECONDS * 1000,
    withdrawMs: variables.WEIR_EDGE_WITHDRAW_SECONDS * 1000,
    watchdogMs: variables.WEIR_EDGE_WATCHDOG_SECONDS * 1000,
    logLevel: variables.WEIR_EDGE_LOG_LEVEL,
  };
}
