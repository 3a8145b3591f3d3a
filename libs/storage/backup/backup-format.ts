/*
 * A backup is text, one JSON document a line, the same from either database:
 *
 *     {"format":"weir-backup","version":1,"createdAt":"…","migrations":["Initial…",…]}
 *     {"table":"resources","row":{"kind":"origin","name":"eu-central","document":"{…}"}}     and so on, table by table
 *     {"rows":412,"sha256":"…"}                                                              of all bytes before this line
 *
 * Columns are named as in the database; bytes are {"base64":"…"}.
 */

export const BACKUP_FORMAT = 'weir-backup';
export const BACKUP_VERSION = 1;

/** What goes from control plane to control plane within seconds is not worth keeping; what is restored gets a revision of its own. */
export const TABLES_LEFT_OUT: ReadonlySet<string> = new Set(['agent_reports', 'configuration_revision']);

export interface BackupHeader {
  readonly format: typeof BACKUP_FORMAT;
  readonly version: number;
  readonly createdAt: string;
  /** Names of those the database had, oldest first. */
  readonly migrations: readonly string[];
}

export interface BackupRow {
  readonly table: string;
  readonly row: Readonly<Record<string, StoredValue>>;
}

export interface BackupTrailer {
  readonly rows: number;
  readonly sha256: string;
}

type StoredValue = string | number | null | { readonly base64: string };

/** The file is no backup, or not a whole one. */
export class DamagedBackup extends Error {
  override readonly name = 'DamagedBackup';
}

/** `isBig`: some drivers hand such numbers over as text. Ours are below 2^53. */
export function toStored(value: unknown, isBig: boolean): StoredValue {
  if (value instanceof Uint8Array) return { base64: Buffer.from(value).toString('base64') };
  if (value instanceof ArrayBuffer) return { base64: Buffer.from(value).toString('base64') };
  if (typeof value === 'string' || typeof value === 'number') return isBig ? Number(value) : value;
  if (value === null) return null;
  throw new TypeError(`a backup cannot hold a value of type ${typeof value}`);
}

export function fromStored(value: StoredValue): string | number | null | Buffer {
  return typeof value === 'object' && value !== null ? Buffer.from(value.base64, 'base64') : value;
}
