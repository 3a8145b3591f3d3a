import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unpackedProgram } from './debian-program.js';

/** What edges get. */
const EDGE_PROGRAM = fileURLToPath(new URL('../../../weir-edge.mjs', import.meta.url));

export type ContenderName = 'weir' | 'haproxy' | 'nginx';

/** A TCP forwarder in a process of its own, with one thread that moves bytes, between two ports of loopback. */
export interface Contender {
  readonly pid: number;
  stop(): Promise<void>;
}

/** Rejects with the reason when it cannot be had here. It may not listen yet when this resolves. */
export async function startContender(name: ContenderName, listenPort: number, backendPort: number): Promise<Contender> {
  const directory = await mkdtemp(join(tmpdir(), 'weir-bench-'));
  return start(await commandOf(name, { directory, listenPort, backendPort }), () =>
    rm(directory, { recursive: true, force: true }),
  );
}

/** HAProxy that checks an endpoint at each of these ports of loopback. `directory` is the caller's to remove. */
export async function startChecker(
  directory: string,
  ports: readonly number[],
  intervalSeconds: number,
): Promise<Contender> {
  const { program, environment } = await unpackedProgram(['haproxy'], 'usr/sbin/haproxy');
  const file = join(directory, 'haproxy.cfg');
  const servers = ports.map((port, index) => `  server s${index} 127.0.0.1:${port} check inter ${intervalSeconds}s\n`);
  await writeFile(
    file,
    `global
  nbthread 1
defaults
  mode tcp
  timeout connect 1s
  timeout client 1m
  timeout server 1m
frontend nobody
  bind ${join(directory, 'nobody.sock')}
  default_backend endpoints
backend endpoints
${servers.join('')}`,
  );
  return start({ program, args: ['-db', '-f', file], environment }, () => Promise.resolve());
}

/** Node.js, which connects to each of these ports and parts, and does nothing else. */
export async function startBareChecker(ports: readonly number[], intervalSeconds: number): Promise<Contender> {
  const command = await edgeNode('bare-connects-main.js', [intervalSeconds * 1_000, ...ports]);
  return start(command, () => Promise.resolve());
}

async function start({ program, args, environment }: Command, tidyUp: () => Promise<void>): Promise<Contender> {
  const child = spawn(program, args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ...environment },
  });
  return {
    pid: await pidOf(child),
    stop: async () => {
      const ended = new Promise((resolve) => child.once('close', resolve));
      child.kill('SIGKILL');
      await ended;
      await tidyUp();
    },
  };
}

interface Between {
  readonly directory: string;
  readonly listenPort: number;
  readonly backendPort: number;
}

interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

function commandOf(name: ContenderName, between: Between): Promise<Command> {
  switch (name) {
    case 'weir':
      return weirCommand(between);
    case 'haproxy':
      return haproxyCommand(between);
    case 'nginx':
      return nginxCommand(between);
  }
}

function weirCommand({ listenPort, backendPort }: Between): Promise<Command> {
  return edgeNode('forwarder-main.js', [listenPort, backendPort]);
}

/** Node with the flags that the first line of the edges' one file gives it. */
async function edgeNode(entry: string, args: readonly number[]): Promise<Command> {
  const [firstLine = ''] = (await readFile(EDGE_PROGRAM, 'utf8')).split('\n');
  const flags = firstLine.split(' ').filter((word) => word.startsWith('--'));
  const file = fileURLToPath(new URL(entry, import.meta.url));
  return { program: process.execPath, args: [...flags, file, ...args.map(String)] };
}

async function haproxyCommand({ directory, listenPort, backendPort }: Between): Promise<Command> {
  const { program, environment } = await unpackedProgram(['haproxy'], 'usr/sbin/haproxy');
  const file = join(directory, 'haproxy.cfg');
  await writeFile(
    file,
    `global
  nbthread 1
  maxconn 4096
defaults
  mode tcp
  timeout connect 3s
  timeout client 1m
  timeout server 1m
  option splice-auto
frontend users
  bind 127.0.0.1:${listenPort}
  default_backend endpoints
backend endpoints
  balance roundrobin
  server near 127.0.0.1:${backendPort}
`,
  );
  return { program, args: ['-db', '-f', file], environment };
}

async function nginxCommand({ directory, listenPort, backendPort }: Between): Promise<Command> {
  const unpacked = await unpackedProgram(['nginx', 'libnginx-mod-stream'], 'usr/sbin/nginx');
  const file = join(directory, 'nginx.conf');
  // One process: a master would leave the work, and the processor time, to a worker.
  await writeFile(
    file,
    `load_module ${unpacked.root}/usr/lib/nginx/modules/ngx_stream_module.so;
master_process off;
daemon off;
pid ${directory}/nginx.pid;
error_log stderr error;
events { worker_connections 8192; }
stream {
  upstream endpoints { server 127.0.0.1:${backendPort}; }
  server { listen 127.0.0.1:${listenPort} backlog=511; tcp_nodelay on; proxy_pass endpoints; }
}
`,
  );
  return { program: unpacked.program, args: ['-c', file, '-p', directory], environment: unpacked.environment };
}

function pidOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('spawn', () => {
      resolve(child.pid ?? Number.NaN);
    });
  });
}
