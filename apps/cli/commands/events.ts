import { Command, InvalidArgumentError } from 'commander';
import { dataOf, type Schemas } from '#client/weir-client.js';
import { readServerSentEvents } from '#client/server-sent-events.js';
import { type Column, type Format, render, renderAnswer } from '../output/render.js';
import { remark, say } from '../output/terminal.js';
import { openSession } from '../session.js';
import type { Surroundings } from './surroundings.js';

type Event = Schemas['Event'];
type Family = 'audit' | 'decision' | 'health' | 'agent';

export const FAMILIES: readonly Family[] = ['audit', 'decision', 'health', 'agent'];

interface EventsOptions {
  readonly follow?: boolean;
  readonly type?: Family;
  readonly resource?: string;
  readonly limit: number;
}

const COLUMNS: readonly Column<Event>[] = [
  { header: 'at', cell: ({ at }) => at },
  { header: 'type', cell: ({ type }) => type },
  { header: 'who', cell: ({ actor }) => actor ?? 'weir' },
  { header: 'what', cell: ({ summary }) => summary },
];

export function eventsCommand({ terminal }: Surroundings): Command {
  return new Command('events')
    .description('what happened: writes, decisions, health, agents')
    .option('--follow', 'print what happens from now on, until interrupted; goes on after a lost connection')
    .option('--type <family>', FAMILIES.join(', '), familyNamed)
    .option('--resource <path>', 'only what is about it, like origins/eu-central')
    .option('--limit <n>', 'the newest so many', limitOf, 50)
    .action(async ({ follow = false, type, resource, limit }: EventsOptions, command: Command) => {
      const { client, format, url, token } = await openSession(command, terminal);
      const filter = { ...(type !== undefined && { type }), ...(resource !== undefined && { resource }) };
      if (!follow) {
        const document = await dataOf(client.GET('/v1/events', { params: { query: { ...filter, limit } } }));
        // Oldest first, as a log reads.
        say(terminal, render(format, { rows: document.items.toReversed(), columns: COLUMNS, document }));
        return;
      }
      const stream = `${url}/v1/events/stream?${new URLSearchParams(filter).toString()}`;
      for await (const { event, data } of readServerSentEvents({ url: stream, token })) {
        if (event === 'gap') remark(terminal, '… events in between are no longer kept');
        else say(terminal, renderOne(format, data));
      }
    });
}

/** A line each: JSON as it came, a YAML document of its own, or words. */
function renderOne(format: Format, data: string): string {
  const event = JSON.parse(data) as Event;
  switch (format) {
    case 'json':
      return data;
    case 'yaml':
      return `---\n${renderAnswer('yaml', { text: '', document: event })}`;
    case 'table':
      return describe(event);
  }
}

function describe({ at, type, actor, summary }: Event): string {
  return `${at}  ${type}  ${actor ?? 'weir'}: ${summary}`;
}

function familyNamed(word: string): Family {
  const family = FAMILIES.find((each) => each === word);
  if (family === undefined) throw new InvalidArgumentError(`there are ${FAMILIES.join(', ')}`);
  return family;
}

function limitOf(text: string): number {
  if (!/^[1-9]\d{0,2}$/.test(text) || Number(text) > 500) throw new InvalidArgumentError('it must be from 1 to 500');
  return Number(text);
}
