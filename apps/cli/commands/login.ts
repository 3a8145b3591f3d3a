import { text } from 'node:stream/consumers';
import { Command } from 'commander';
import { createWeirClient, dataOf } from '#client/weir-client.js';
import { ContextFile, contextFilePath } from '../contexts/context-file.js';
import type { Context } from '../contexts/context-schema.js';
import { readToken } from '../contexts/read-token.js';
import { answer } from '../output/answer.js';
import { formatOf } from '../session.js';
import type { Surroundings } from './surroundings.js';

interface LoginOptions {
  readonly name: string;
  readonly tokenFile?: string;
  readonly tokenStdin?: boolean;
}

export function loginCommand({ terminal }: Surroundings): Command {
  return new Command('login')
    .description('store a control plane as a context, and make it the current one')
    .argument('<url>', 'like https://weir.example.net')
    .option('--name <name>', 'of the context', 'default')
    .option('--token-file <path>', 'a file that holds the token; it is read anew at each use')
    .option('--token-stdin', 'read the token from standard input, and store it')
    .action(async (url: string, { name, tokenFile, tokenStdin = false }: LoginOptions, command: Command) => {
      const token = tokenStdin ? (await text(terminal.input)).trim() : terminal.environment['WEIR_TOKEN'];
      const context: Context = {
        url: url.replace(/\/+$/, ''),
        ...(token !== undefined && token !== '' && { token }),
        ...(tokenFile !== undefined && { tokenFile }),
      };
      // A context that does not work is not stored.
      const client = createWeirClient({ url: context.url, token: await readToken(context) });
      const { mode } = await dataOf(client.GET('/v1/scheduler'));
      const file = new ContextFile(contextFilePath(terminal.environment));
      const { contexts } = await file.read();
      await file.write({ current: name, contexts: { ...contexts, [name]: context } });
      const words = `${context.url} answers (its scheduler is ${mode}); stored as "${name}" in ${file.path}`;
      const document = { name, url: context.url, isCurrent: true };
      answer({ terminal, format: formatOf(command) }, { text: words, document });
    });
}
