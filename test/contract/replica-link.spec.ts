import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '#storage/open-database.js';
import { SCHEDULER_LOCK } from '#storage/postgres/advisory-locks.js';
import { PostgresReplicaLink } from '#storage/postgres/postgres-replica-link.js';
import { SoleReplicaLink } from '#storage/sole-replica-link.js';
import { TypeormConfigurationStore } from '#storage/typeorm-configuration-store.js';
import { TypeormSchedulerStore } from '#storage/typeorm-scheduler-store.js';
import { UnitOfWork } from '#storage/unit-of-work.js';
import { aCycleRecord } from '#testkit/cycle-builders.js';
import { eventually } from '#testkit/eventually.js';
import { anEdge } from '#testkit/model-builders.js';
import { withClient } from '#testkit/postgres-client.js';
import { describeWith } from '#testkit/real-part.js';
import { ReplicaLog } from '#testkit/replica-log.js';
import { createDatabase, postgresPart, type ThrowAwayDatabase } from '#testkit/throw-away-database.js';

describe('replica link, of a control plane that is alone', () => {
  it('leads from its start to its end', async () => {
    const [link, log] = [new SoleReplicaLink(), new ReplicaLog()];
    await link.start(log);
    expect(log.events).toEqual(['connected', 'elected']);
    await link.stop();
    expect(log.events).toEqual(['connected', 'elected', 'deposed', 'disconnected']);
  });
});

describeWith('replica link, PostgreSQL', postgresPart(), (serverUrl) => {
  let database: ThrowAwayDatabase;
  const links: PostgresReplicaLink[] = [];

  beforeEach(async () => {
    database = await createDatabase(serverUrl);
  });

  afterEach(async () => {
    for (const link of links.splice(0)) await link.stop();
    await database.remove();
  });

  async function join(author: string): Promise<{ readonly link: PostgresReplicaLink; readonly log: ReplicaLog }> {
    const [link, log] = [new PostgresReplicaLink({ url: database.url, author, beatMs: 50 }), new ReplicaLog()];
    links.push(link);
    await link.start(log);
    return { link, log };
  }

  /** Breaks the session off that leads. */
  async function breakOffLeader(): Promise<void> {
    await withClient(database.url, (client) =>
      client.query(
        `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = ${SCHEDULER_LOCK}`,
      ),
    );
  }

  it('elects the first, and the next when it stops', async () => {
    const [first, second] = [await join('a'), await join('b')];
    expect(first.log.events).toEqual(['connected', 'elected']);
    expect(second.log.events).toEqual(['connected']);
    await first.link.stop();
    expect(first.log.events.slice(2)).toEqual(['deposed', 'disconnected']);
    await eventually(() => {
      expect(second.log.events).toEqual(['connected', 'elected']);
    });
  });

  it('tells a leader that was cut off, elects one again, and comes back by itself', async () => {
    const [first, second] = [await join('a'), await join('b')];
    await breakOffLeader();
    await eventually(() => {
      expect(first.log.events.slice(0, 5)).toEqual(['connected', 'elected', 'deposed', 'disconnected', 'connected']);
      expect([...first.log.events.slice(5), ...second.log.events.slice(1)]).toEqual(['elected']);
    });
  });

  it('tells others what was committed, and only them', async () => {
    const unitOfWork = new UnitOfWork(await openDatabase({ url: database.url }));
    try {
      const [author, other] = [await join(unitOfWork.author), await join('b')];
      const configurations = new TypeormConfigurationStore(unitOfWork);
      const refused = configurations.change(() => {
        throw new Error('not allowed');
      });
      await expect(refused).rejects.toThrow('not allowed');
      await configurations.change(() => ({
        writes: [{ action: 'put', kind: 'edge', resource: anEdge('ams') }],
        answer: null,
      }));
      const scheduler = new TypeormSchedulerStore(unitOfWork, { cyclesKept: 5, historyBytes: 1_000_000 });
      await scheduler.commit(1, await aCycleRecord(), []);
      await author.link.wantCycle();
      await eventually(() => {
        expect(other.log.events).toEqual(['connected', 'configuration', 'cycle', 'cycle-wanted']);
      });
      expect(author.log.events).toEqual(['connected', 'elected']);
    } finally {
      await unitOfWork.close();
    }
  });

  it('stops while it cannot connect', async () => {
    const link = new PostgresReplicaLink({ url: 'postgres://weir@127.0.0.1:1/weir', author: 'a', beatMs: 50 });
    const log = new ReplicaLog();
    const started = link.start(log);
    await link.stop();
    expect(log.events).toEqual([]);
    await expect(Promise.race([started, Promise.resolve('not yet')])).resolves.toBe('not yet');
  });
});
