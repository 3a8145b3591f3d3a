import { randomUUID } from 'node:crypto';
import { setImmediate, setTimeout as pause } from 'node:timers/promises';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { asStorageFailure, isConflict } from './database-failure.js';
import { transactionRules, type TransactionRules } from './transaction-rules.js';

/** SQLite's driver works on the event loop's thread, so a long queue would hold it up; after this long, it gets a turn. */
const SLICE_MS = 5;

/** A transaction that others keep getting in the way of is given up after so many attempts. */
const MOST_ATTEMPTS = 12;

/** Ceiling of the pause after the first failed attempt; it grows with each, at random, so that two do not meet again. */
const FIRST_PAUSE_MS = 4;

/**
 * Runs transactions on a database: those that write one after the other.
 *
 * TypeORM's SQLite drivers share one connection between all query runners: statements of two concurrent transactions
 * would interleave, a read would see what may yet be rolled back, and one rollback would erase the other's commit; so reads
 * queue up as well there. On PostgreSQL each transaction has its own connection, and other control planes write at the same
 * time: transactions are serializable, and one that must give in to another is done again.
 * Hence one `UnitOfWork` per data source, and nothing else may use that data source.
 */
export class UnitOfWork {
  /** The author of what is announced to other control planes. */
  readonly author = randomUUID();
  readonly #dataSource: DataSource;
  readonly #rules: TransactionRules;
  readonly #reading = new Set<Promise<unknown>>();
  #last: Promise<unknown> = Promise.resolve();
  #isClosing = false;
  #turnedAtMs = performance.now();

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
    this.#rules = transactionRules(dataSource);
  }

  /** Whether others may change the database as well. */
  get isShared(): boolean {
    return this.#rules.hasConnections;
  }

  /**
   * Runs `work` in a transaction of its own, after all writing ones that were asked for before. Resolves once committed;
   * rejects with whatever `work` or the database threw, and then nothing was written; with `StorageUnavailable` when the
   * database cannot be reached. `work` may be run again from its beginning, so it must change nothing but the database; it
   * must not call `run`: it would wait for itself.
   */
  run<Result>(work: (manager: EntityManager) => Promise<Result>): Promise<Result> {
    return this.#enqueue(() => this.#insist(work));
  }

  /** As `run`, for `work` that only reads: all its statements see the same instant. Waits for nobody where it can. */
  read<Result>(work: (manager: EntityManager) => Promise<Result>): Promise<Result> {
    if (!this.#rules.hasConnections || this.#isClosing) return this.run(work);
    const reading = this.#transact(this.#rules.beginReading, work);
    const over = reading
      .catch(() => undefined)
      .finally(() => {
        this.#reading.delete(over);
      });
    this.#reading.add(over);
    return reading;
  }

  /** Closes the database once all that was asked for before is done. What is asked for later rejects. */
  close(): Promise<void> {
    this.#isClosing = true;
    return this.#enqueue(async () => {
      await Promise.all(this.#reading);
      await this.#dataSource.destroy();
    });
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

  async #insist<Result>(work: (manager: EntityManager) => Promise<Result>): Promise<Result> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#transact(this.#rules.begin, work);
      } catch (failure) {
        if (attempt === MOST_ATTEMPTS || !isConflict(causeOf(failure))) throw failure;
      }
      await pause(Math.random() * FIRST_PAUSE_MS * attempt);
    }
  }

  /**
   * Begins and commits in plain SQL. TypeORM counts nested transactions by itself and loses count when the database ends
   * one on its own, as SQLite does on a full disk; from then on it would commit mere savepoints, which a crash undoes.
   */
  async #transact<Result>(begin: string, work: (manager: EntityManager) => Promise<Result>): Promise<Result> {
    const runner = this.#dataSource.createQueryRunner();
    try {
      await runner.query(begin);
      const result = await work(runner.manager);
      await runner.query('COMMIT');
      return result;
    } catch (failure) {
      await this.#rollBack(runner);
      throw asStorageFailure(failure);
    } finally {
      await runner.release();
    }
  }

  /**
   * Fails when the database has already rolled back by itself, or is gone; the error worth telling is the one that led here.
   * A connection that could not even do that must not be handed to anybody else.
   */
  async #rollBack(runner: QueryRunner): Promise<void> {
    await runner.query('ROLLBACK').catch(() => {
      if (this.#rules.hasConnections) hangUp(runner);
    });
  }
}

/** A failure to begin has no connection to hang up; ending one that is already gone changes nothing. */
function hangUp(runner: QueryRunner): void {
  void runner
    .connect()
    .then((connection: { end(): Promise<void> }) => connection.end())
    .catch(() => undefined);
}

function causeOf(failure: unknown): unknown {
  return failure instanceof Error && failure.cause !== undefined ? failure.cause : failure;
}
