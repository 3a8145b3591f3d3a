import { describe, it } from 'vitest';
import { dataPlaneContract } from './data-plane-contract.js';
import { ALL_TRAITS, FakeDataPlane } from './fake-data-plane.js';

describe('FakeDataPlane keeps the contract of DataPlane:', () => {
  it.each(dataPlaneContract(ALL_TRAITS))('$name', async ({ check }) => {
    await check(new FakeDataPlane());
  });
});
