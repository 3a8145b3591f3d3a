import { describe, expect, it } from 'vitest';
import { readControlPlaneSettings } from '#config/control-plane-settings.js';
import { controlPlaneProcess, edgeProcess } from './weir-processes.js';

describe('controlPlaneProcess', () => {
  it('has settings the control plane understands', () => {
    const { settings = {} } = controlPlaneProcess({ port: 21_000, dataDirectory: '/tmp/weir', cycleSeconds: 0.5 });
    expect(readControlPlaneSettings(settings)).toMatchObject({
      port: 21_000,
      dataDirectory: '/tmp/weir',
      cycleMs: 500,
      rateWindowMs: 2_000,
      prometheusUrl: null,
    });
  });
});

describe('edgeProcess', () => {
  it('maps the declared address to a port of the loopback, and reports twice a cycle', () => {
    const options = { name: 'ams-1', controlPlaneUrl: 'http://127.0.0.1:21000', stateDirectory: '/tmp/weir/ams-1' };
    expect(edgeProcess({ ...options, port: 21_003, cycleSeconds: 0.5 }).settings).toMatchObject({
      WEIR_EDGE_NAME: 'ams-1',
      WEIR_CONTROL_PLANE_URL: 'http://127.0.0.1:21000',
      WEIR_EDGE_DATA_PLANE: 'userspace',
      WEIR_EDGE_REPORT_INTERVAL_MS: '250',
      WEIR_EDGE_LISTEN_MAP: '203.0.113.10:80=127.0.0.1:21003',
    });
  });
});
