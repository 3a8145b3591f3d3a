import type { Argument, Command, Option } from 'commander';
import { FAMILIES } from '../commands/events.js';
import { ROLES } from '../commands/token.js';
import { type Kind, kindOrNull } from '../manifests/kind.js';
import { FORMATS } from '../output/render.js';
import { SHELLS } from './shells.js';

/** Where the values of an argument or option come from. */
export type ValueSource =
  | { readonly type: 'words'; readonly words: readonly string[] }
  /** Names of the control plane's resources; `suffix` follows each. */
  | { readonly type: 'resources'; readonly kind: Kind; readonly suffix?: string }
  | { readonly type: 'contexts' | 'tokens' | 'scenarios' | 'policies' | 'files' }
  /** Nothing can be suggested. */
  | { readonly type: 'free' };

const words = (...list: readonly string[]): ValueSource => ({ type: 'words', words: list });
const FREE: ValueSource = { type: 'free' };
const FILES: ValueSource = { type: 'files' };
const ORIGINS: ValueSource = { type: 'resources', kind: 'Origin' };
const EDGES: ValueSource = { type: 'resources', kind: 'Edge' };
const LOAD_BALANCERS: ValueSource = { type: 'resources', kind: 'LoadBalancer' };

const OPTIONS: Readonly<Record<string, ValueSource>> = {
  '--context': { type: 'contexts' },
  '--output': words(...FORMATS),
  '--filename': FILES,
  '--token-file': FILES,
  '--out': FILES,
  '--save': FILES,
  '--chart': FILES,
  '--edge': EDGES,
  '--lose-edge': EDGES,
  '--remove': ORIGINS,
  '--capacity': { type: 'resources', kind: 'Origin', suffix: '=' },
  '--type': words(...FAMILIES),
  '--role': words(...ROLES),
  '--policy': { type: 'policies' },
  '--url': FREE,
  '--name': FREE,
  '--label': FREE,
  '--timeout': FREE,
  '--resource': FREE,
  '--limit': FREE,
  '--expires': FREE,
  '--demand': FREE,
  '--seed': FREE,
};

/** By command; `name` and `names` beside a `kind` are resources of that kind. */
const ARGUMENTS: Readonly<Record<string, ValueSource>> = {
  'drain kind': words('origin', 'edge'),
  'undrain kind': words('origin', 'edge'),
  'use name': { type: 'contexts' },
  'context delete name': { type: 'contexts' },
  'revoke name': { type: 'tokens' },
  'completion shell': words(...SHELLS),
  'simulate scenarios': { type: 'scenarios' },
  'replay cycle': FILES,
  'explain load-balancer': LOAD_BALANCERS,
  'freeze load-balancers': LOAD_BALANCERS,
  'unfreeze load-balancers': LOAD_BALANCERS,
  'login url': FREE,
  'create name': FREE,
};

/** `undefined` for an option that nobody thought of. */
export function valuesOfOption({ long }: Option): ValueSource | undefined {
  return OPTIONS[long ?? ''];
}

/** Of the argument that comes after these operands; `undefined` for one that nobody thought of, or too many. */
export function valuesOfArgument(command: Command, operands: readonly string[]): ValueSource | undefined {
  const argument = argumentAfter(command, operands);
  if (argument === undefined) return undefined;
  const place = `${command.name()} ${argument.name()}`;
  const known = ARGUMENTS[`${command.parent?.name() ?? ''} ${place}`] ?? ARGUMENTS[place];
  if (known !== undefined) return known;
  if (argument.name() === 'kind') return words('load-balancer', 'origin', 'edge');
  if (command.registeredArguments[0]?.name() !== 'kind') return undefined;
  const kind = kindOrNull(operands[0] ?? '');
  return kind === null ? FREE : { type: 'resources', kind };
}

function argumentAfter(command: Command, operands: readonly string[]): Argument | undefined {
  const declared = command.registeredArguments;
  const last = declared.at(-1);
  return declared[operands.length] ?? (last?.variadic === true ? last : undefined);
}
