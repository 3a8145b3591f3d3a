import { describe, expect, it } from 'vitest';
import { InvalidSettings, readControlPlaneSettings } from './control-plane-settings.js';

describe('readControlPlaneSettings', () => {
  it('needs nothing to be set', () => {
    expect(readControlPlaneSettings({})).toEqual({
      host: '127.0.0.1',
      port: 8080,
      dataDirectory: './data',
      databaseUrl: null,
      cycleMs: 15_000,
      cyclesKept: 240,
      historyBytes: 1_073_741_824,
      eventsKept: 100_000,
      eventAgeMs: 7_776_000_000,
      decisionDeadlineMs: 10_000,
      prometheusUrl: null,
      rateWindowMs: 15_000,
      isAuthenticating: true,
      adminTokenFile: null,
      requestsPerSecond: 100,
      failedLoginsPerMinute: 10,
      tls: null,
      logLevel: 'info',
    });
  });

  it('takes a shorter cycle, and rates over one of them', () => {
    expect(readControlPlaneSettings({ WEIR_CYCLE_SECONDS: '1' })).toMatchObject({
      cycleMs: 1_000,
      rateWindowMs: 1_000,
    });
  });

  it('takes rates over longer when they come from Prometheus', () => {
    const settings = readControlPlaneSettings({ WEIR_PROMETHEUS_URL: 'http://127.0.0.1:9090' });
    expect(settings).toMatchObject({ prometheusUrl: 'http://127.0.0.1:9090', rateWindowMs: 60_000 });
  });

  it('takes a PostgreSQL, and no other database', () => {
    const read = (url: string) => readControlPlaneSettings({ WEIR_DATABASE_URL: url }).databaseUrl;
    expect(read('postgres://weir:x@db:5432/weir?sslmode=require')).toBe(
      'postgres://weir:x@db:5432/weir?sslmode=require',
    );
    expect(read('postgresql:///weir?host=/run/postgresql')).toBe('postgresql:///weir?host=/run/postgresql');
    expect(() => read('mysql://db/weir')).toThrow('WEIR_DATABASE_URL');
  });

  it('takes an empty variable for one that is not set', () => {
    expect(readControlPlaneSettings({ WEIR_PORT: '' }).port).toBe(8080);
  });

  it.each(['127.0.0.1', '127.1.2.3', '::1', 'localhost'])('goes without authentication on %s', (WEIR_HOST) => {
    expect(readControlPlaneSettings({ WEIR_HOST, WEIR_AUTHENTICATION: 'off' }).isAuthenticating).toBe(false);
  });

  it.each(['0.0.0.0', '::', '192.0.2.1', '127.example.com', 'localhost.example.com'])(
    'does not go without authentication on %s',
    (WEIR_HOST) => {
      expect(() => readControlPlaneSettings({ WEIR_HOST, WEIR_AUTHENTICATION: 'off' })).toThrow(/WEIR_AUTHENTICATION/);
    },
  );

  it('takes a certificate with its key, and a client authority with both', () => {
    const files = { WEIR_TLS_CERTIFICATE_FILE: 'c', WEIR_TLS_KEY_FILE: 'k' };
    const tls = { certificateFile: 'c', keyFile: 'k', clientCaFile: null };
    expect(readControlPlaneSettings(files).tls).toEqual(tls);
    expect(readControlPlaneSettings({ ...files, WEIR_TLS_CLIENT_CA_FILE: 'a' }).tls).toEqual({
      ...tls,
      clientCaFile: 'a',
    });
  });

  it.each([
    [{ WEIR_TLS_CERTIFICATE_FILE: 'c' }, 'WEIR_TLS_KEY_FILE'],
    [{ WEIR_TLS_KEY_FILE: 'k' }, 'WEIR_TLS_CERTIFICATE_FILE'],
    [{ WEIR_TLS_CLIENT_CA_FILE: 'a' }, 'WEIR_TLS_CERTIFICATE_FILE'],
  ])('refuses half of what TLS needs: %j', (files, missing) => {
    expect(() => readControlPlaneSettings(files)).toThrow(missing);
  });

  it('names every wrong variable at once', () => {
    const read = () =>
      readControlPlaneSettings({ WEIR_PORT: '70000', WEIR_PROMETHEUS_URL: 'not a url', WEIR_LOG_LEVEL: 'loud' });
    expect(read).toThrow(InvalidSettings);
    expect(read).toThrow(/WEIR_PORT[^]*WEIR_PROMETHEUS_URL[^]*WEIR_LOG_LEVEL/);
  });
});
