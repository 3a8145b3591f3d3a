import { describe, expect, it } from 'vitest';
import { describeLocation } from './database-location.js';

describe('describeLocation', () => {
  it.each([
    [{ path: './data/weir.db' }, './data/weir.db'],
    [{ url: 'postgres://weir:s3cret@db.internal:5433/weir?sslmode=require' }, 'postgres://db.internal:5433/weir'],
    [{ url: 'postgres:///weir?host=/run/postgresql&password=s3cret' }, 'postgres:///weir'],
  ])('tells %j without its password', (location, text) => {
    expect(describeLocation(location)).toBe(text);
  });
});
