import { Command } from 'commander';
import { dataOf } from '#client/weir-client.js';
import { UsageError } from '../failure.js';
import { KIND_NAMES, type Kind, kindNamed } from '../manifests/kind.js';
import type { Resource } from '../manifests/resource-api.js';
import { render } from '../output/render.js';
import { say } from '../output/terminal.js';
import { openSession, type Session } from '../session.js';
import { EDGE_COLUMNS, LOAD_BALANCER_COLUMNS, ORIGIN_COLUMNS } from './columns.js';
import type { Surroundings } from './surroundings.js';

interface GetOptions {
  readonly label: readonly string[];
}

export function getCommand({ terminal }: Surroundings): Command {
  return new Command('get')
    .description('show what is declared: load-balancers (lb), origins or edges; all of them, or those named')
    .argument('<kind>')
    .argument('[names...]')
    .option('-l, --label <key[=value]>', 'only those with this label; may be repeated', collect, [])
    .action(async (word: string, names: readonly string[], { label }: GetOptions, command: Command) => {
      const kind = kindNamed(word);
      if (names.length > 0 && label.length > 0) throw new UsageError('give names or labels, not both');
      const session = await openSession(command, terminal);
      const resources =
        names.length === 0 ? await session.resources.list(kind, label) : await found(session, kind, names);
      say(terminal, renderResources(session, kind, resources, names.length === 1));
    });
}

/** Collects the values of an option that may be repeated. */
export function collect(value: string, earlier: readonly string[]): readonly string[] {
  return [...earlier, value];
}

async function found({ client }: Session, kind: Kind, names: readonly string[]): Promise<readonly Resource[]> {
  const resources: Resource[] = [];
  for (const name of names)
    resources.push(await dataOf(client.GET(`/v1/${KIND_NAMES[kind].plural}/{name}`, { params: { path: { name } } })));
  return resources;
}

/** A list's document is what `apply -f` takes. */
function renderResources({ format }: Session, kind: Kind, resources: readonly Resource[], isAlone: boolean): string {
  const items = resources.map((resource) => ({ kind, ...resource }));
  const document = isAlone ? items[0] : { items };
  switch (kind) {
    case 'LoadBalancer':
      return render(format, { rows: resources as never, columns: LOAD_BALANCER_COLUMNS, document });
    case 'Origin':
      return render(format, { rows: resources as never, columns: ORIGIN_COLUMNS, document });
    case 'Edge':
      return render(format, { rows: resources as never, columns: EDGE_COLUMNS, document });
  }
}
