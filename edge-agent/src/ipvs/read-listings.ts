import { runSuccessfully, type RunCommand } from '../process/run-command.js';
import { UnreadableTable } from './table-listing.js';

/** The table as `ipvsadm` prints it: what there is, and what it counted. */
export interface Listings {
  readonly statistics: string;
  readonly listing: string;
}

/**
 * `--restore` carries out listings like any other command, so one start of the program shows both, and what is between
 * them is microseconds. Statistics first: what is made in between has no counters yet, rather than no entry.
 */
const COMMANDS = ['-Ln --stats --exact', '-Ln'];

const FIRST_LINE = 'IP Virtual Server version';

export async function readListings(run: RunCommand): Promise<Listings> {
  const output = await runSuccessfully(run, 'ipvsadm', ['--restore'], COMMANDS.map((line) => `${line}\n`).join(''));
  const [before, statistics, listing, ...others] = output.split(FIRST_LINE);
  if (before !== '' || statistics === undefined || listing === undefined || others.length > 0)
    throw new UnreadableTable(output.split('\n')[0] ?? '');
  return { statistics: `${FIRST_LINE}${statistics}`, listing: `${FIRST_LINE}${listing}` };
}

/** Whether what `ipvsadm --restore` is given only looks. */
export function isListing(batch: string): boolean {
  return batch !== '' && batch.split('\n').every((line) => line === '' || line.startsWith('-L'));
}
