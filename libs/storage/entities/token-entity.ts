import type { TokenRole } from '#core/model/access-token.js';
import { bigInteger } from './big-integer.js';
import { tableEntity } from './table-entity.js';

/** One token of the API, without its secret. */
export interface TokenRow {
  readonly id: string;
  readonly name: string;
  readonly role: TokenRole;
  readonly edge: string | null;
  readonly digest: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number | null;
  readonly lastUsedAtMs: number | null;
}

export const tokenEntity = tableEntity<TokenRow>(
  'tokens',
  {
    id: { type: 'varchar', primary: true, primaryKeyConstraintName: 'pk_tokens' },
    name: { type: 'varchar' },
    role: { type: 'varchar' },
    edge: { type: 'varchar', nullable: true },
    digest: { type: 'varchar' },
    createdAtMs: { name: 'created_at_ms', type: 'bigint', transformer: bigInteger },
    expiresAtMs: { name: 'expires_at_ms', type: 'bigint', nullable: true, transformer: bigInteger },
    lastUsedAtMs: { name: 'last_used_at_ms', type: 'bigint', nullable: true, transformer: bigInteger },
  },
  { uniques: [{ name: 'uq_tokens_name', columns: ['name'] }] },
);
