import libsql from 'libsql';

/** Everything operators may change, as one text each. When tokens were last used is nobody's change. */
const QUERIES = [
  'SELECT kind, name, document FROM resources ORDER BY kind, name',
  'SELECT name FROM deleted_load_balancers ORDER BY name',
  'SELECT id, name, role, edge, digest, created_at_ms, expires_at_ms FROM tokens ORDER BY id',
  'SELECT mode FROM scheduler',
  "SELECT count(*) AS audited FROM events WHERE type LIKE 'audit.%'",
];

/** Looks at what an embedded database holds from outside of the process that writes it. */
export class StoredState {
  readonly #database: InstanceType<typeof libsql>;
  readonly #statements: readonly ReturnType<InstanceType<typeof libsql>['prepare']>[];

  constructor(path: string) {
    this.#database = new libsql(path, { readonly: true });
    this.#statements = QUERIES.map((query) => this.#database.prepare(query));
  }

  /** Equal for equal state. */
  fingerprint(): string {
    return JSON.stringify(this.#statements.map((statement) => statement.all([])));
  }

  close(): void {
    this.#database.close();
  }
}
