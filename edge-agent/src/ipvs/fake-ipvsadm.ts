import type { CommandResult, RunCommand } from '../process/run-command.js';

interface Entry {
  scheduler: string;
  readonly destinations: Map<string, { weight: string; forwarding: string }>;
}

const FORWARDING: Readonly<Record<string, string>> = { '-m': 'Masq', '-g': 'Route', '-i': 'Tunnel' };

/**
 * A kernel's IPVS table behind the command line of `ipvsadm`, with what was seen of the real one: `--restore` goes on
 * after a refused line, prints a message that names no line, and exits as its last line did. Other programs succeed.
 */
export class FakeIpvsadm {
  readonly calls: string[] = [];
  readonly #table = new Map<string, Entry>();

  readonly run: RunCommand = (command, args, stdin = '') => {
    this.calls.push([command, ...args].join(' '));
    return Promise.resolve(this.#answer(command, args, stdin));
  };

  #answer(command: string, args: readonly string[], stdin: string): CommandResult {
    if (command === 'ip') return success('[]');
    if (command !== 'ipvsadm') return success('');
    if (args.includes('--restore')) return this.#restore(stdin);
    return success(args.includes('--stats') ? this.#statistics() : this.#listing());
  }

  #restore(stdin: string): CommandResult {
    const results = stdin
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => this.#carryOut(line.split(' ')));
    return {
      exitCode: results.at(-1) === false ? 1 : 0,
      stdout: '',
      stderr: results.includes(false) ? 'No such service\n' : '',
    };
  }

  #carryOut([operation = '', , service = '', ...rest]: readonly string[]): boolean {
    const entry = this.#table.get(service);
    switch (operation) {
      case '-A':
        if (entry !== undefined) return false;
        this.#table.set(service, { scheduler: schedulerColumns(rest), destinations: new Map() });
        return true;
      case '-E':
        if (entry !== undefined) entry.scheduler = schedulerColumns(rest);
        return entry !== undefined;
      case '-D':
        return this.#table.delete(service);
      default:
        return entry !== undefined && changeDestination(entry, operation, rest);
    }
  }

  #listing(): string {
    const lines = [...this.#table].flatMap(([service, { scheduler, destinations }]) => [
      `TCP  ${service} ${scheduler}`,
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
    const lines = [...this.#table].flatMap(([service, { destinations }]) => [
      `TCP  ${service.padEnd(28)}${zeros}`,
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

function changeDestination({ destinations }: Entry, operation: string, fields: readonly string[]): boolean {
  const [, name = '', method = '', , weight = ''] = fields;
  if (operation === '-d') return destinations.delete(name);
  if (destinations.has(name) !== (operation === '-e')) return false;
  destinations.set(name, { weight, forwarding: FORWARDING[method] ?? '' });
  return true;
}

/** `-s mh -b mh-fallback,mh-port` is listed as `mh (mh-fallback,mh-port)`. */
function schedulerColumns([, name = '', , flags]: readonly string[]): string {
  return flags === undefined ? name : `${name} (${flags})`;
}

function success(stdout: string): CommandResult {
  return { exitCode: 0, stdout, stderr: '' };
}
