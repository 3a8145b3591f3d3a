import { describe, expect, it } from 'vitest';
import { readSettings, SettingsError } from './settings.js';

const REQUIRED = {
  WEIR_EDGE_NAME: 'ams-1',
  WEIR_CONTROL_PLANE_URL: 'http://127.0.0.1:8080/',
  WEIR_EDGE_STATE_DIRECTORY: '/var/lib/weir-edge',
  WEIR_EDGE_DATA_PLANE: 'userspace',
};

const problemsOf = (environment: NodeJS.ProcessEnv): readonly string[] => {
  try {
    readSettings(environment);
    return [];
  } catch (error) {
    return error instanceof SettingsError ? error.problems : ['another error'];
  }
};

describe('readSettings', () => {
  it('has a default for all that can have one', () => {
    const settings = readSettings({ ...REQUIRED, WEIR_EDGE_HTTP_PORT: '' });
    expect(settings).toEqual({
      edge: 'ams-1',
      controlPlaneUrl: 'http://127.0.0.1:8080',
      stateDirectory: '/var/lib/weir-edge',
      dataPlane: 'userspace',
      credentials: { tokenFile: null, caFile: null, certificateFile: null, keyFile: null },
      httpHost: '127.0.0.1',
      httpPort: 9470,
      metricsAddress: null,
      reportIntervalMs: 5_000,
      syncIntervalMs: 10_000,
      drainMs: 60_000,
      probeSource: {},
      listenMap: new Map(),
      anycast: 'off',
      birdFile: '/run/weir-edge/bird.conf',
      birdSocket: '/run/bird/bird.ctl',
      announceHoldMs: 10_000,
      withdrawMs: 5_000,
      watchdogMs: 30_000,
      logLevel: 'info',
    });
    expect(Object.isFrozen(settings)).toBe(true);
  });

  it('reads numbers, 0 among them, and where to listen', () => {
    const settings = readSettings({
      ...REQUIRED,
      WEIR_EDGE_HTTP_PORT: '0',
      WEIR_EDGE_DRAIN_SECONDS: '0',
      WEIR_EDGE_PROBE_SOURCE: '192.0.2.1, 2001:DB8::1',
      WEIR_EDGE_LISTEN_MAP: '203.0.113.10:80=127.0.0.1:8081, [2001:DB8::1]:80=[::1]:8082',
    });
    expect(settings).toMatchObject({ httpPort: 0, drainMs: 0 });
    expect(settings.probeSource).toEqual({ IPv4: '192.0.2.1', IPv6: '2001:db8::1' });
    expect([...settings.listenMap]).toEqual([
      ['203.0.113.10:80', { address: '127.0.0.1', port: 8081 }],
      ['[2001:db8::1]:80', { address: '::1', port: 8082 }],
    ]);
  });

  it.each([
    ['WEIR_EDGE_CERTIFICATE_FILE', 'WEIR_EDGE_KEY_FILE'],
    ['WEIR_EDGE_KEY_FILE', 'WEIR_EDGE_CERTIFICATE_FILE'],
  ])('refuses %s without %s', (given, missing) => {
    const problems = problemsOf({ ...REQUIRED, [given]: '/etc/weir/edge.pem' });
    expect(problems).toEqual([`${missing} must be set: a certificate and its key belong together`]);
  });

  it('names every variable that is missing', () => {
    expect(problemsOf({})).toEqual([
      "WEIR_EDGE_NAME must be set to this edge's name",
      'WEIR_CONTROL_PLANE_URL must be set to the URL of the control plane, like http://127.0.0.1:8080',
      'WEIR_EDGE_STATE_DIRECTORY must be set to a directory that survives reboots, like /var/lib/weir-edge',
      'WEIR_EDGE_DATA_PLANE must be set to userspace or ipvs',
    ]);
  });

  it.each([
    ['WEIR_EDGE_NAME', 'Ams_1', 'DNS label'],
    ['WEIR_CONTROL_PLANE_URL', 'ftp://example.net', 'URL of the control plane'],
    ['WEIR_EDGE_DATA_PLANE', 'ebpf', 'userspace or ipvs'],
    ['WEIR_EDGE_HTTP_PORT', '65536', 'from 0 to 65535'],
    ['WEIR_EDGE_HTTP_PORT', 'http', 'from 0 to 65535'],
    ['WEIR_EDGE_REPORT_INTERVAL_MS', '1.5', 'whole number'],
    ['WEIR_EDGE_SYNC_INTERVAL_MS', '0', 'whole number from 100'],
    ['WEIR_EDGE_DRAIN_SECONDS', '-1', 'whole number from 0'],
    ['WEIR_EDGE_LISTEN_MAP', 'edge:80=127.0.0.1:80', 'has "edge:80=127.0.0.1:80"'],
    ['WEIR_EDGE_LISTEN_MAP', '203.0.113.10:80', 'has "203.0.113.10:80"'],
    ['WEIR_EDGE_PROBE_SOURCE', 'eth0', 'one address of this edge for each family'],
    ['WEIR_EDGE_PROBE_SOURCE', '192.0.2.1,192.0.2.2', 'one address of this edge for each family'],
    ['WEIR_EDGE_LOG_LEVEL', 'loud', 'debug, info, warn, error'],
  ])('refuses %s=%s', (variable, value, reason) => {
    const problems = problemsOf({ ...REQUIRED, [variable]: value });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(variable);
    expect(problems[0]).toContain(reason);
  });
});
