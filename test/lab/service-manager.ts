import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from '#testkit/eventually.js';
import { pathInGuest } from './edge-init.js';
import { quote } from './guest-commands.js';
import type { LabEdge } from './lab.js';
import type { CommandResult } from './run-command.js';

const UNITS = pathInGuest(fileURLToPath(new URL('../../deploy/systemd', import.meta.url)));
const BUNDLE = pathInGuest(fileURLToPath(new URL('../../dist/weir-edge.mjs', import.meta.url)));
const START_TIMEOUT_MS = 60_000;
const LOG = '/run/weir-edge.log';

/** What is set on top of the unit: its log, since there is no journal, and waits that a test has time for. */
const DROP_IN = `[Service]
StandardOutput=append:${LOG}
StandardError=append:${LOG}
WatchdogSec=5
`;

/**
 * systemd in an edge of the lab, with the agent installed as docs/edge-agent.md says: the one file, and what is in
 * deploy/systemd. It is process 1 of a namespace of its own, so that the lab keeps its hold on the machine.
 */
export class ServiceManager {
  private constructor(private readonly edge: LabEdge) {}

  static async start(edge: LabEdge, settings: Readonly<Record<string, string>>): Promise<ServiceManager> {
    const manager = new ServiceManager(edge);
    await edge.commands.run(['set -e', ...writableDirectories, ...installation].join('\n'));
    await manager.configure(settings);
    await edge.commands.run(bootScript(edge));
    await eventually(() => manager.run('systemctl', 'is-system-running'), START_TIMEOUT_MS);
    return manager;
  }

  /** Replaces the agent's settings. */
  async configure(settings: Readonly<Record<string, string>>): Promise<void> {
    const file = join(this.edge.stateDirectory, `edge-${performance.now()}.env`);
    await writeFile(
      file,
      Object.entries(settings)
        .map(([name, value]) => `${name}=${value}\n`)
        .join(''),
    );
    await this.edge.commands.run(`install -D -m 640 -g weir-edge ${file} /etc/weir/edge.env`);
  }

  /** Rejects unless the command exits with 0. */
  run(...command: readonly string[]): Promise<CommandResult> {
    return this.edge.commands.run(inside(command), START_TIMEOUT_MS);
  }

  async attempt(...command: readonly string[]): Promise<CommandResult> {
    return this.edge.commands.attempt(inside(command), START_TIMEOUT_MS);
  }

  /** What systemd says of the agent's unit. */
  async properties(...names: readonly string[]): Promise<Readonly<Record<string, string>>> {
    const { stdout } = await this.run('systemctl', 'show', 'weir-edge', `--property=${names.join(',')}`);
    return Object.fromEntries(
      stdout
        .split('\n')
        .flatMap((line) => [...line.matchAll(/(\w+)=(.*)/g)].map(([, name = '', value = '']) => [name, value])),
    );
  }

  /** What the agent has written since it was installed. */
  async agentLog(): Promise<string> {
    return (await this.edge.commands.attempt(`cat ${LOG}`)).stdout;
  }

  /** What systemd itself has written lately. */
  async log(): Promise<string> {
    return (await this.edge.commands.attempt('dmesg | grep systemd | tail -n 60')).stdout;
  }
}

function inside(command: readonly string[]): string {
  return `nsenter --target $(cat /run/systemd.pid) --pid --mount ${command.map(quote).join(' ')}`;
}

/** The root is the host's own and read-only. */
const writableDirectories = [
  'cp -a /etc /run/etc && mount --bind /run/etc /etc',
  'mkdir -p /run/local-bin /run/lib && mount --bind /run/local-bin /usr/local/bin && mount --bind /run/lib /var/lib',
  'mount -t cgroup2 none /sys/fs/cgroup',
];

const installation = [
  `install -m 755 ${BUNDLE} /usr/local/bin/weir-edge`,
  `ln -s ${pathInGuest(process.execPath)} /usr/local/bin/node`,
  `install -D -m 644 ${UNITS}/weir-edge.sysusers.conf /etc/sysusers.d/weir-edge.conf && systemd-sysusers`,
  `modprobe -a $(grep -v '^#' ${UNITS}/weir-edge.modules.conf)`,
  `install -D -m 644 ${UNITS}/weir-edge.service /run/systemd/system/weir-edge.service`,
  'mkdir /run/systemd/system/weir-edge.service.d',
  `printf %s ${quote(DROP_IN)} >/run/systemd/system/weir-edge.service.d/lab.conf`,
  // Of the host's own units none is started.
  `printf '[Unit]\\nDescription=An edge of the lab\\n' >/run/systemd/system/lab.target`,
];

function bootScript({ name }: LabEdge): string {
  return [
    `export container=${name}`,
    'systemd="/lib/systemd/systemd --system --unit=lab.target --log-target=kmsg --show-status=false"',
    // The child of unshare is process 1 in there, and goes by another number out here.
    'unshare --pid --fork --kill-child --mount --mount-proc $systemd </dev/null >/dev/null 2>&1 &',
    'until pgrep -P $! >/run/systemd.pid; do sleep 0.1; done',
  ].join('\n');
}
