import type { DataSource } from 'typeorm';

/** How a database runs transactions. */
export interface TransactionRules {
  readonly begin: string;
  /** Several statements of a reading transaction see the database of one instant. */
  readonly beginReading: string;
  /** Each transaction has a connection of its own; else all share one, and must come one after the other. */
  readonly hasConnections: boolean;
}

const SQLITE: TransactionRules = { begin: 'BEGIN', beginReading: 'BEGIN', hasConnections: false };

/** Only serializable transactions of several control planes are as if they came one after the other, whatever they do. */
const POSTGRES: TransactionRules = {
  begin: 'BEGIN ISOLATION LEVEL SERIALIZABLE',
  // Never made to give in, and never in the way of a writer.
  beginReading: 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY',
  hasConnections: true,
};

export function transactionRules({ options }: DataSource): TransactionRules {
  return options.type === 'postgres' ? POSTGRES : SQLITE;
}
