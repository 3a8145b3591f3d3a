/**
 * The database cannot be reached, or is too busy. Nothing is known to be wrong with what was asked for: the same may be asked
 * again later. A change that was under way may or may not have been stored.
 */
export class StorageUnavailable extends Error {
  override readonly name = 'StorageUnavailable';

  constructor(options: ErrorOptions) {
    const { cause } = options;
    super(`the database does not answer: ${cause instanceof Error ? cause.message : String(cause)}`, options);
  }
}
