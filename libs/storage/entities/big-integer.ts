import type { ValueTransformer } from 'typeorm';

/** Some drivers hand a `bigint` column back as text. Ours stay below 2^53, so a number holds them exactly. */
export const bigInteger: ValueTransformer = {
  from: (stored: string | number | null): number | null => (stored === null ? null : Number(stored)),
  to: (value: number | null): number | null => value,
};
