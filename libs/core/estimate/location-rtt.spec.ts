import { describe, expect, it } from 'vitest';
import { rttFromDistance } from './location-rtt.js';

const amsterdam = { latitude: 52.37, longitude: 4.9 };
const newYork = { latitude: 40.71, longitude: -74.01 };
const frankfurt = { latitude: 50.11, longitude: 8.68 };
const auckland = { latitude: -36.85, longitude: 174.76 };
const suva = { latitude: -18.14, longitude: -178.43 };

describe('rttFromDistance', () => {
  it.each([
    { name: 'Amsterdam and New York', from: amsterdam, to: newYork, atLeast: 70, atMost: 100 },
    { name: 'Amsterdam and Frankfurt', from: amsterdam, to: frankfurt, atLeast: 4, atMost: 12 },
    { name: 'Amsterdam and Auckland', from: amsterdam, to: auckland, atLeast: 250, atMost: 310 },
    { name: 'Auckland and Suva, across the date line', from: auckland, to: suva, atLeast: 25, atMost: 40 },
    {
      name: 'opposite places',
      from: { latitude: 90, longitude: 0 },
      to: { latitude: -90, longitude: 0 },
      atLeast: 300,
      atMost: 301,
    },
    { name: 'a place and itself', from: amsterdam, to: amsterdam, atLeast: 0, atMost: 0 },
  ])('between $name is plausible, and the same both ways', ({ from, to, atLeast, atMost }) => {
    const rttMs = rttFromDistance(from, to);
    expect(rttMs).toBeGreaterThanOrEqual(atLeast);
    expect(rttMs).toBeLessThanOrEqual(atMost);
    expect(rttFromDistance(to, from)).toBeCloseTo(rttMs, 9);
  });
});
