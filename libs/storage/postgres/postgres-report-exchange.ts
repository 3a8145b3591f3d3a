import { Pool } from 'pg';
import type { EdgeName } from '#core/model/name.js';
import type { ReportExchange } from '#core/ports/report-exchange.js';
import { CONNECT_TIMEOUT_MS } from './postgres-options.js';

export interface PostgresReportExchangeOptions {
  readonly url: string;
  /** Tells what this control plane offered itself. */
  readonly author: string;
}

/** How often what was offered is written, and what others offered is read. */
const INTERVAL_MS = 500;

/** An agent reports every 5 s: whatever is older is followed by something newer, unless its edge has fallen silent. */
const FRESH_MS = 5_000;

const TIMEOUT_MS = 5_000;

/** The server's clock, in ms since the epoch. */
const NOW_MS = '(extract(epoch FROM clock_timestamp()) * 1000)::bigint';

/**
 * Numbers rise in the order of commits, since whoever writes locks the table; a reader asks for those above the last it saw
 * and misses none. They are not below the time in ms, so that they go on rising when a crash has emptied the table (it is
 * not logged), and tell how old a report is.
 */
const WRITE = `
  INSERT INTO agent_reports (edge, author, number, report)
  SELECT edge, $1, greatest((SELECT coalesce(max(number), 0) FROM agent_reports), ${NOW_MS}) + place, report
  FROM unnest($2::varchar[], $3::text[]) WITH ORDINALITY AS offered (edge, report, place)
  ON CONFLICT (edge) DO UPDATE SET author = excluded.author, number = excluded.number, report = excluded.report`;

const READ = `
  SELECT number, report FROM agent_reports
  WHERE number > $1 AND number > ${NOW_MS} - ${FRESH_MS} AND author <> $2 ORDER BY number`;

/** Passes reports on through an unlogged table with one row for each edge. */
export class PostgresReportExchange implements ReportExchange {
  readonly #pool: Pool;
  #offered = new Map<EdgeName, string>();
  #lastNumber = 0;
  #timer: NodeJS.Timeout | null = null;
  #syncing: Promise<void> | null = null;

  constructor(private readonly options: PostgresReportExchangeOptions) {
    this.#pool = new Pool({
      connectionString: options.url,
      application_name: 'weir reports',
      max: 1,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: TIMEOUT_MS,
      keepAlive: true,
    });
    // The next turn finds out whether the database is back.
    this.#pool.on('error', () => undefined);
  }

  offer(edge: EdgeName, report: string): void {
    this.#offered.set(edge, report);
  }

  start(onReport: (report: string) => void): void {
    this.#timer = setInterval(() => {
      // Reports that cannot be passed on are dropped: soon there are newer ones.
      this.#syncing ??= this.#sync(onReport)
        .catch(() => undefined)
        .finally(() => {
          this.#syncing = null;
        });
    }, INTERVAL_MS);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#syncing;
    await this.#pool.end();
  }

  async #sync(onReport: (report: string) => void): Promise<void> {
    const offered = this.#offered;
    this.#offered = new Map();
    if (offered.size > 0) await this.#write(offered);
    const { rows } = await this.#pool.query<{ number: string; report: string }>(READ, [
      this.#lastNumber,
      this.options.author,
    ]);
    for (const { number, report } of rows) {
      onReport(report);
      this.#lastNumber = Number(number);
    }
  }

  async #write(offered: ReadonlyMap<EdgeName, string>): Promise<void> {
    const connection = await this.#pool.connect();
    let failure: Error | undefined;
    try {
      await connection.query('BEGIN');
      await connection.query('LOCK TABLE agent_reports IN SHARE ROW EXCLUSIVE MODE');
      await connection.query(WRITE, [this.options.author, [...offered.keys()], [...offered.values()]]);
      await connection.query('COMMIT');
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
      throw error;
    } finally {
      // Where anything failed the connection goes, and the transaction with it.
      connection.release(failure);
    }
  }
}
