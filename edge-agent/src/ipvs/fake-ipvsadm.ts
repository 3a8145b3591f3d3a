import type { CommandResult, RunCommand } from '../process/run-command.js';
import { isListing } from './read-listings.js';

interface Entry {
  /** As listed: `TCP  203.0.113.10:443`, `FWM  8 IPv6`. */
  readonly title: string;
  scheduler: string;
  readonly destinations: Map<string, { weight: string; forwarding: string }>;
}

const FORWARDING: Readonly<Record<string, string>> = { '-m': 'Masq', '-g': 'Route', '-i': 'Tunnel' };
const TITLES: Readonly<Record<string, string>> = { '-t': 'TCP', '-u': 'UDP', '-f': 'FWM' };

/**
 * A kernel's IPVS table behind the command line of `ipvsadm`, with what was seen of the real one: `--restore` goes on
 * after a refused line, prints a message that names no line, exits as its last line did, and lists as well. `nft` keeps the last table
 * it was given. Other programs succeed.
 */
export class FakeIpvsadm {
  /** One line for each start of a program; a restore that only lists ends with `# -Ln`. */
  readonly calls: string[] = [];
  readonly #table = new Map<string, Entry>();
  #firewall = '';

  readonly run: RunCommand = (command, args, stdin = '') => {
    this.calls.push([command, ...args, ...(isListing(stdin) ? ['# -Ln'] : [])].join(' '));
    return Promise.resolve(this.#answer(command, args, stdin));
  };

  /** What `nft` was told last. */
  get firewall(): string {
    return this.#firewall;
  }

  /** As somebody else would with `ipvsadm`, line by line. */
  restore(...lines: readonly string[]): void {
    this.#restore(lines.join('\n'));
  }

  #answer(command: string, args: readonly string[], stdin: string): CommandResult {
    if (command === 'ip') return success('[]');
    if (command === 'nft') return this.#nft(args, stdin);
    if (command !== 'ipvsadm') return success('');
    if (args.includes('--restore')) return this.#restore(stdin);
    return success(args.includes('--stats') ? this.#statistics() : this.#listing());
  }

  #nft(args: readonly string[], stdin: string): CommandResult {
    if (args[0] === 'list') return success(this.#firewall);
    this.#firewall = stdin;
    return success('');
  }

  #restore(stdin: string): CommandResult {
    const results = stdin
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => this.#carryOut(line.split(' ')));
    return {
      exitCode: results.at(-1) === false ? 1 : 0,
      stdout: results.filter((result) => typeof result === 'string').join(''),
      stderr: results.includes(false) ? 'No such service\n' : '',
    };
  }

  /** What it prints, or whether it succeeds. */
  #carryOut([operation = '', ...words]: readonly string[]): boolean | string {
    if (operation === '-Ln') return words.includes('--stats') ? this.#statistics() : this.#listing();
    const { title, rest } = cutTitle(words);
    const entry = this.#table.get(title);
    switch (operation) {
      case '-A':
        if (entry !== undefined) return false;
        this.#table.set(title, { title, scheduler: schedulerColumns(rest), destinations: new Map() });
        return true;
      case '-E':
        if (entry !== undefined) entry.scheduler = schedulerColumns(rest);
        return entry !== undefined;
      case '-D':
        return this.#table.delete(title);
      default:
        return entry !== undefined && changeDestination(entry, operation, rest);
    }
  }

  #listing(): string {
    const lines = [...this.#table.values()].flatMap(({ title, scheduler, destinations }) => [
      `${title} ${scheduler}`,
      ...[...destinations].map(
        ([name, { weight, forwarding }]) =>
          `  -> ${name.padEnd(27)} ${forwarding.padEnd(7)} ${weight.padEnd(6)} 0          0         `,
      ),
    ]);
    return [
      'IP Virtual Server version 1.2.1 (size=4096)',
      'Prot LocalAddress:Port Scheduler Flags',
      '  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn',
      ...lines,
      '',
    ].join('\n');
  }

  #statistics(): string {
    const zeros = '        0        0        0        0        0';
    const lines = [...this.#table.values()].flatMap(({ title, destinations }) => [
      `${title.padEnd(33)}${zeros}`,
      ...[...destinations.keys()].map((name) => `  -> ${name.padEnd(28)}${zeros}`),
    ]);
    return [
      'IP Virtual Server version 1.2.1 (size=4096)',
      'Prot LocalAddress:Port               Conns   InPkts  OutPkts  InBytes OutBytes',
      '  -> RemoteAddress:Port',
      ...lines,
      '',
    ].join('\n');
  }
}

/** `-t 203.0.113.10:443 …`, `-f 8 -6 …`. */
function cutTitle([kind = '', name = '', ...rest]: readonly string[]): { title: string; rest: readonly string[] } {
  const title = `${TITLES[kind] ?? ''}  ${name}`;
  return rest[0] === '-6' ? { title: `${title} IPv6`, rest: rest.slice(1) } : { title, rest };
}

function changeDestination({ destinations }: Entry, operation: string, fields: readonly string[]): boolean {
  const [, name = '', method = '', , weight = ''] = fields;
  if (operation === '-d') return destinations.delete(name);
  if (destinations.has(name) !== (operation === '-e')) return false;
  destinations.set(name, { weight, forwarding: FORWARDING[method] ?? '' });
  return true;
}

/** `-s mh -p 300 -b mh-fallback,mh-port` is listed as `mh (mh-fallback,mh-port) persistent 300`. */
function schedulerColumns(words: readonly string[]): string {
  const optionAfter = (flag: string) => (words.includes(flag) ? words[words.indexOf(flag) + 1] : undefined);
  const [flags, seconds] = [optionAfter('-b'), optionAfter('-p')];
  return [
    optionAfter('-s') ?? '',
    ...(flags === undefined ? [] : [`(${flags})`]),
    ...(seconds === undefined ? [] : [`persistent ${seconds}`]),
  ].join(' ');
}

function success(stdout: string): CommandResult {
  return { exitCode: 0, stdout, stderr: '' };
}
