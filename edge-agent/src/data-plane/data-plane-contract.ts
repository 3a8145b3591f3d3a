import type { ContractCase } from './contract/contract-case.js';
import { featureCases } from './contract/feature-cases.js';
import { tableCases } from './contract/table-cases.js';
import type { DataPlaneTraits } from './data-plane.js';

/**
 * The obligations of DataPlane that one with these traits has, free of any test runner: they also run inside a guest
 * kernel that has none. Each case leaves services behind; give every case a data plane of its own, or remove them in
 * between.
 */
export function dataPlaneContract(traits: DataPlaneTraits): readonly ContractCase[] {
  return [...tableCases(), ...featureCases()].filter(({ isOwedBy }) => isOwedBy?.(traits) ?? true);
}
