import { expect, it } from 'vitest';
import { metricsAddress } from './metrics-address.js';

it.each([
  ['where it listens', { httpHost: '192.0.2.1', metricsAddress: null }, '192.0.2.1:9470'],
  ['where it listens, in brackets', { httpHost: '2001:db8::1', metricsAddress: null }, '[2001:db8::1]:9470'],
  ['its name where it listens on every address', { httpHost: '0.0.0.0', metricsAddress: null }, 'ams-1.example:9470'],
  ['its name where it listens on every IPv6 address', { httpHost: '::', metricsAddress: null }, 'ams-1.example:9470'],
  ['what it is told to say', { httpHost: '0.0.0.0', metricsAddress: 'proxy:81' }, 'proxy:81'],
])('tells %s', (_what, settings, expected) => {
  expect(metricsAddress(settings, 9470, 'ams-1.example')).toBe(expected);
  expect(metricsAddress(settings, null, 'ams-1.example')).toBeNull();
});
