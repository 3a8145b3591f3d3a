import type { Network } from './network.js';
import { floatAt, intAt } from './typed-arrays.js';

/**
 * The sources that have, may send or pay something else than in the network before; null when more than sources, or how
 * they are numbered, has changed.
 */
export function changedSources(before: Network, now: Network): readonly number[] | null {
  const { root, sourceCount, excessCost, firstArc } = now;
  if (before.root !== root || before.sourceCount !== sourceCount || before.excessCost !== excessCost) return null;
  for (let node = 0; node <= root; node += 1) {
    if (intAt(before.firstArc, node) !== intAt(firstArc, node)) return null;
  }
  if (!areSameArcs(before, now, intAt(firstArc, sourceCount), intAt(firstArc, root))) return null;
  const changed: number[] = [];
  for (let source = 0; source < sourceCount; source += 1) {
    const isSame =
      floatAt(before.supply, source) === floatAt(now.supply, source) &&
      areSameArcs(before, now, intAt(firstArc, source), intAt(firstArc, source + 1));
    if (!isSame) changed.push(source);
  }
  return changed;
}

function areSameArcs(before: Network, now: Network, start: number, end: number): boolean {
  for (let arc = start; arc < end; arc += 1) {
    if (
      intAt(before.to, arc) !== intAt(now.to, arc) ||
      floatAt(before.widthToHeld, arc) !== floatAt(now.widthToHeld, arc) ||
      floatAt(before.widthBeyond, arc) !== floatAt(now.widthBeyond, arc) ||
      floatAt(before.costToHeld, arc) !== floatAt(now.costToHeld, arc) ||
      floatAt(before.costBeyond, arc) !== floatAt(now.costBeyond, arc)
    ) {
      return false;
    }
  }
  return true;
}
