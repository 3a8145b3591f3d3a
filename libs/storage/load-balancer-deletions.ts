import { type EntityManager, In } from 'typeorm';
import { type DeletedLoadBalancer, rememberedDeletions } from '#core/model/deleted-load-balancer.js';
import { loadBalancerName } from '#core/model/name.js';
import type { ConfigurationWrite } from '#core/ports/configuration-store.js';
import { deletedLoadBalancerEntity } from './entities/deleted-load-balancer-entity.js';

/** Deletions that are still worth telling, ordered by name. */
export async function readDeletions(manager: EntityManager, nowMs: number): Promise<readonly DeletedLoadBalancer[]> {
  return rememberedDeletions(await readRows(manager), nowMs);
}

/** Remembers that a load balancer was removed, or forgets it when one of its name is put; and drops what has become old. */
export async function rememberDeletion(
  manager: EntityManager,
  write: ConfigurationWrite,
  nowMs: number,
): Promise<void> {
  if (write.kind !== 'load-balancer') return;
  if (write.action === 'put') {
    await manager.delete(deletedLoadBalancerEntity, { name: write.resource.name });
    return;
  }
  await manager.upsert(deletedLoadBalancerEntity, { name: write.name, deletedAtMs: nowMs }, ['name']);
  const rows = await readRows(manager);
  const kept = new Set(rememberedDeletions(rows, nowMs).map(({ name }) => name));
  const old = rows.map(({ name }) => name).filter((name) => !kept.has(name));
  if (old.length > 0) await manager.delete(deletedLoadBalancerEntity, { name: In(old) });
}

async function readRows(manager: EntityManager): Promise<readonly DeletedLoadBalancer[]> {
  const rows = await manager.find(deletedLoadBalancerEntity);
  return rows.map(({ name, deletedAtMs }) => ({ name: loadBalancerName(name), deletedAtMs }));
}
