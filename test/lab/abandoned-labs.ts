import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { listNamespaces, removeNamespace } from './network.js';
import { ownerOf } from './topology.js';

/** Removes what labs left behind whose process was killed before it could do so itself. */
export function removeAbandonedLabs(stateParent: string): void {
  for (const namespace of listNamespaces().filter(isAbandoned)) removeNamespace(namespace);
  for (const name of readdirSync(stateParent).filter(isAbandoned)) {
    rmSync(join(stateParent, name), { recursive: true, force: true });
  }
}

function isAbandoned(name: string): boolean {
  const owner = ownerOf(name);
  return owner !== undefined && !isAlive(owner);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
