import { describe, expect, it } from 'vitest';
import { originName } from '../model/name.js';
import { strainOf } from './strain.js';

describe('an origin', () => {
  it.each<{
    readonly case: string;
    readonly capacity: number | null;
    readonly measured: number | null;
    readonly held: number;
    readonly noise?: number;
    readonly is: readonly string[];
  }>([
    { case: 'above its capacity, measured and expected', capacity: 100, measured: 130, held: 120, is: ['overloaded'] },
    { case: 'above it by more than noise', capacity: 100, measured: 112.1, held: 130, noise: 10, is: ['overloaded'] },
    { case: 'above it within noise', capacity: 100, measured: 111.9, held: 130, noise: 10, is: [] },
    { case: 'above it, expected within noise', capacity: 100, measured: 130, held: 111.9, noise: 10, is: [] },
    { case: 'full', capacity: 100, measured: 100, held: 100, is: [] },
    { case: 'hardly above its capacity', capacity: 100, measured: 102, held: 102, is: [] },
    { case: 'only expected above it', capacity: 100, measured: 90, held: 120, is: ['roomy'] },
    { case: 'above it by a load that has left already', capacity: 100, measured: 130, held: 80, is: [] },
    { case: 'expected above it, and not measured', capacity: 100, measured: null, held: 120, is: [] },
    { case: 'with headroom', capacity: 100, measured: 99, held: 0, is: ['roomy'] },
    { case: 'with headroom nobody measured', capacity: 100, measured: null, held: 0, is: [] },
    { case: 'without a limit', capacity: null, measured: 1e9, held: 1e9, is: ['roomy'] },
    { case: 'without a limit, and not measured', capacity: null, measured: null, held: 0, is: ['roomy'] },
    { case: 'without any capacity that still gets something', capacity: 0, measured: 1, held: 1, is: ['overloaded'] },
    { case: 'without any capacity that gets nothing', capacity: 0, measured: 0, held: 0, is: [] },
  ])('$case is $is', ({ capacity, measured, held, noise = 0, is }) => {
    const origin = originName('near');
    const strain = strainOf([{ origin, capacity, measuredLoad: measured, heldLoad: held, noise }]);
    expect(
      [strain.overloaded.has(origin) && 'overloaded', strain.roomy.has(origin) && 'roomy'].filter(Boolean),
    ).toEqual(is);
  });
});
