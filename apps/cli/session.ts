import type { Command } from 'commander';
import { createWeirClient, type WeirClient } from '#client/weir-client.js';
import { chooseContext } from './contexts/choose-context.js';
import { ContextFile, contextFilePath } from './contexts/context-file.js';
import { readToken } from './contexts/read-token.js';
import { UsageError } from './failure.js';
import { ResourceApi } from './manifests/resource-api.js';
import { FORMATS, type Format } from './output/render.js';
import type { Terminal } from './output/terminal.js';

/** What a command works with once it knows which control plane it talks to. */
export interface Session {
  readonly terminal: Terminal;
  readonly url: string;
  readonly token: string | null;
  readonly client: WeirClient;
  readonly resources: ResourceApi;
  readonly format: Format;
}

interface GlobalOptions {
  readonly context?: string;
  readonly url?: string;
  readonly output?: string;
}

export async function openSession(command: Command, terminal: Terminal): Promise<Session> {
  const { url, token } = await locate(command.optsWithGlobals<GlobalOptions>(), terminal);
  const client = createWeirClient({ url, token });
  return { terminal, url, token, client, resources: new ResourceApi(client), format: formatOf(command) };
}

/** Which control plane is meant, and with which token. */
export async function locate(
  { context: name, url: given }: Pick<GlobalOptions, 'context' | 'url'>,
  terminal: Pick<Terminal, 'environment'>,
): Promise<Pick<Session, 'url' | 'token'>> {
  const { WEIR_URL, WEIR_TOKEN } = terminal.environment;
  const file = new ContextFile(contextFilePath(terminal.environment));
  const wish = { name, url: given ?? (name === undefined ? WEIR_URL : undefined), token: WEIR_TOKEN };
  const context = chooseContext(await file.read(), wish);
  return { url: context.url, token: await readToken(context) };
}

/** How a command's answer is wanted. */
export function formatOf(command: Command): Format {
  return formatNamed(command.optsWithGlobals<GlobalOptions>().output);
}

function formatNamed(word = 'table'): Format {
  const format = FORMATS.find((each) => each === word);
  if (format === undefined) throw new UsageError(`there is no output "${word}"; there are ${FORMATS.join(', ')}`);
  return format;
}
