import { QueryFailedError } from 'typeorm';
import { StorageUnavailable } from '#core/ports/storage-unavailable.js';

/** Serialization failure and deadlock: of transactions that got in each other's way, this one was to give in. */
const CONFLICTS: ReadonlySet<string> = new Set(['40001', '40P01']);

/**
 * Of PostgreSQL's classes of errors those that tell of the server and not of the statement: connection exception, too few
 * resources, operator intervention (a shutdown, a statement that took too long), system error.
 */
const UNAVAILABLE_CLASSES: ReadonlySet<string> = new Set(['08', '53', '57', '58']);

/** What SQLite says of a disk that is full or fails, and of a file that others hold for too long. */
const UNUSABLE_FILE = /^SQLITE_(FULL|IOERR|BUSY|CANTOPEN|READONLY)/;

/** Reported in the place of a class by whoever could not even connect. */
const UNREACHABLE = /^E(CONN|PIPE|HOST|NET|TIMEDOUT|AI_AGAIN|NOTFOUND)/;

/** What the client itself says, without a code. */
const CLIENT_MESSAGES = /connection terminated|connection timeout|timeout exceeded|read timeout|connection error/i;

/** The same transaction may go through when it is done once more. */
export function isConflict(failure: unknown): boolean {
  const code = codeOf(failure);
  return code !== null && CONFLICTS.has(code);
}

/** Tells a database that cannot serve now from a statement that failed, which is passed on as it is. */
export function asStorageFailure(failure: unknown): unknown {
  return isConflict(failure) || isUnavailability(failure) ? new StorageUnavailable({ cause: failure }) : failure;
}

function isUnavailability(failure: unknown): boolean {
  if (!(failure instanceof Error)) return false;
  const code = codeOf(failure);
  if (code !== null)
    return UNAVAILABLE_CLASSES.has(code.slice(0, 2)) || UNREACHABLE.test(code) || UNUSABLE_FILE.test(code);
  return CLIENT_MESSAGES.test(failure.message);
}

function codeOf(failure: unknown): string | null {
  const origin: unknown = failure instanceof QueryFailedError ? failure.driverError : failure;
  const isCoded = origin instanceof Error && 'code' in origin && typeof origin.code === 'string';
  return isCoded ? (origin.code as string) : null;
}
