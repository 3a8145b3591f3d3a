import { Command, InvalidArgumentError } from 'commander';
import { dataOf, type Schemas } from '#client/weir-client.js';
import { type Column, render } from '../output/render.js';
import { answer } from '../output/answer.js';
import { remark, say } from '../output/terminal.js';
import { openSession } from '../session.js';
import type { Surroundings } from './surroundings.js';

type Token = Schemas['Token'];
type Role = Token['role'];

export const ROLES: readonly Role[] = ['viewer', 'operator', 'admin', 'edge'];

const COLUMNS: readonly Column<Token>[] = [
  { header: 'name', cell: ({ name }) => name },
  { header: 'role', cell: ({ role, edge }) => (edge === null ? role : `${role} ${edge}`) },
  { header: 'state', cell: ({ state }) => state },
  { header: 'expires', cell: ({ expiresAt }) => expiresAt ?? 'never' },
  { header: 'last used', cell: ({ lastUsedAt }) => lastUsedAt ?? 'never' },
];

interface CreateOptions {
  readonly role: Role;
  readonly edge?: string;
  readonly expires?: string;
}

export function tokenCommand({ terminal }: Surroundings): Command {
  const command = new Command('token').description('who may use the API; for admins');
  command
    .command('list')
    .description('all tokens, without their secrets')
    .action(async (_: unknown, list: Command) => {
      const { client, format } = await openSession(list, terminal);
      const document = await dataOf(client.GET('/v1/tokens', { params: { query: { limit: 500 } } }));
      say(terminal, render(format, { rows: document.items, columns: COLUMNS, document }));
    });
  command
    .command('create')
    .description('make one; its secret is printed once, alone on standard output')
    .argument('<name>')
    .requiredOption('--role <role>', ROLES.join(', '), roleNamed)
    .option('--edge <name>', 'the edge whose agent it is for; with the role edge')
    .option('--expires <time>', 'like 2027-01-31T00:00:00Z; never when left out')
    .action(async (name: string, { role, edge, expires }: CreateOptions, create: Command) => {
      const { client, format } = await openSession(create, terminal);
      const body = {
        name,
        role,
        ...(edge !== undefined && { edge }),
        ...(expires !== undefined && { expiresAt: expires }),
      };
      const token = await dataOf(client.POST('/v1/tokens', { body }));
      remark(terminal, `token "${name}" (${role}); this is the only time its secret is shown:`);
      answer({ terminal, format }, { text: token.secret ?? '', document: token });
    });
  command
    .command('revoke')
    .description('from now on nobody gets in with it')
    .argument('<name>')
    .action(async (name: string, _: unknown, revoke: Command) => {
      const { client, format } = await openSession(revoke, terminal);
      await dataOf(client.DELETE('/v1/tokens/{name}', { params: { path: { name } } }));
      answer({ terminal, format }, { text: `token "${name}" is revoked`, document: { name, state: 'revoked' } });
    });
  return command;
}

function roleNamed(word: string): Role {
  const role = ROLES.find((each) => each === word);
  if (role === undefined) throw new InvalidArgumentError(`there are ${ROLES.join(', ')}`);
  return role;
}
