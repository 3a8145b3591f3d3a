import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import {
  BACKUP_FORMAT,
  BACKUP_VERSION,
  type BackupHeader,
  type BackupRow,
  type BackupTrailer,
  DamagedBackup,
} from './backup-format.js';

/** Reads a whole backup and answers its header. Throws `DamagedBackup` unless it is exactly as it was written. */
export async function verifyBackup(path: string): Promise<BackupHeader> {
  const hash = createHash('sha256');
  let header: BackupHeader | null = null;
  let rows = 0;
  let last: string | null = null;
  for await (const line of linesOf(path)) {
    if (last !== null) {
      hash.update(`${last}\n`);
      if (header === null) header = headerIn(last, path);
      else rows += 1;
    }
    last = line;
  }
  if (header === null || last === null) throw new DamagedBackup(`${path} is no backup, or its end is missing`);
  const trailer = parsed(last) as Partial<BackupTrailer> | null;
  if (typeof trailer?.sha256 !== 'string') throw new DamagedBackup(`the end of ${path} is missing; use another backup`);
  if (trailer.sha256 !== hash.digest('hex') || trailer.rows !== rows) {
    throw new DamagedBackup(`${path} is not as it was written: its checksum is wrong; use another backup`);
  }
  return header;
}

/** The rows of a backup that was verified, in the order in which they were written. */
export async function* rowsOf(path: string): AsyncGenerator<BackupRow> {
  for await (const line of linesOf(path)) {
    const document = JSON.parse(line) as Partial<BackupRow>;
    if (document.table !== undefined && document.row !== undefined) yield { table: document.table, row: document.row };
  }
}

function headerIn(line: string, path: string): BackupHeader {
  const header = parsed(line) as Partial<BackupHeader> | null;
  if (header?.format !== BACKUP_FORMAT || !Array.isArray(header.migrations)) {
    throw new DamagedBackup(`${path} is no backup of Weir`);
  }
  if (header.version !== BACKUP_VERSION) {
    throw new DamagedBackup(
      `${path} has format ${String(header.version)}; this version of Weir reads ${BACKUP_VERSION}`,
    );
  }
  return header as BackupHeader;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

async function* linesOf(path: string): AsyncGenerator<string> {
  const file = createReadStream(path, 'utf8');
  try {
    yield* createInterface({ input: file, crlfDelay: Infinity });
  } finally {
    file.destroy();
  }
}
