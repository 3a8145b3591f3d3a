import { setImmediate } from 'node:timers/promises';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';

/** The driver works on the event loop's thread, so a long queue would hold it up; after this long, it gets a turn. */
const SLICE_MS = 5;

/**
 * Runs transactions on a database one after the other, reads included.
 *
 * TypeORM's SQLite drivers share one connection between all query runners: statements of two concurrent transactions
 * would interleave, a read would see what may yet be rolled back, and one rollback would erase the other's commit.
 * Hence one `UnitOfWork` per data source, and nothing else may use that data source.
 */
export class UnitOfWork {
  readonly #dataSource: DataSource;
  #last: Promise<unknown> = Promise.resolve();
  #turnedAtMs = performance.now();

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /**
   * Runs `work` in a transaction of its own, after all that were asked for before. Resolves once committed; rejects with
   * whatever `work` or the database threw, and then nothing was written. `work` must not call `run`: it would wait for itself.
   */
  run<Result>(work: (manager: EntityManager) => Promise<Result>): Promise<Result> {
    return this.#enqueue(() => this.#transact(work));
  }

  /** Closes the database once all that was asked for before is done. What is asked for later rejects. */
  close(): Promise<void> {
    return this.#enqueue(() => this.#dataSource.destroy());
  }

  #enqueue<Result>(action: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(() => this.#letLoopTurn()).then(action);
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #letLoopTurn(): Promise<void> {
    if (performance.now() - this.#turnedAtMs < SLICE_MS) return;
    await setImmediate();
    this.#turnedAtMs = performance.now();
  }

  /**
   * Begins and commits in plain SQL. TypeORM counts nested transactions by itself and loses count when the database ends
   * one on its own, as SQLite does on a full disk; from then on it would commit mere savepoints, which a crash undoes.
   */
  async #transact<Result>(work: (manager: EntityManager) => Promise<Result>): Promise<Result> {
    const runner = this.#dataSource.createQueryRunner();
    try {
      await runner.query('BEGIN');
      const result = await work(runner.manager);
      await runner.query('COMMIT');
      return result;
    } catch (failure) {
      await rollBack(runner);
      throw failure;
    } finally {
      await runner.release();
    }
  }
}

/** Fails when the database has already rolled back by itself; the error worth telling is the one that led here. */
async function rollBack(runner: QueryRunner): Promise<void> {
  await runner.query('ROLLBACK').catch(() => undefined);
}
