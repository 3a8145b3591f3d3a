import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { eventually } from './eventually.js';
import { freePorts } from './free-port.js';

const run = promisify(execFile);

export interface PostgresServerOptions {
  /** Where `initdb` and `postgres` are; see `findPostgres`. */
  readonly programs: string;
  /** Whether commits reach the disk. Without, tests are several times as fast. */
  readonly isDurable?: boolean;
}

/** A throw-away PostgreSQL cluster on 127.0.0.1. It goes with the process that started it, however that ends. */
export interface PostgresServer {
  /** Of its database `postgres`. */
  readonly url: string;
  /** `fast` breaks every connection off and shuts down; `crash` does not even shut down. */
  stop(how?: 'fast' | 'crash'): Promise<void>;
  /** All its processes stand still, with every connection open, until `resume`; as on a machine that hangs, or swaps. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** After `stop`, on the same port. Resolves when it answers. */
  start(): Promise<void>;
  /** Ends it and removes everything it wrote. */
  remove(): Promise<void>;
}

/** PostgreSQL refuses to run as root; every system has this user. */
const NOBODY = { uid: 65_534, gid: 65_534 };

/**
 * Runs the server as it is told on standard input. Its end means that whoever told is gone, killed perhaps: then all that is
 * left of the cluster goes as well.
 */
const KEEPER = `
  start() { "$0/postgres" -D "$1/data" -k "$1" -p "$2" $3 >>"$1/log" 2>&1 & server=$!; }
  family() { echo "$server"; grep -lsx "PPid:[[:space:]]*$server" /proc/[0-9]*/status | cut -d/ -f3; }
  signal() { kill -"$1" $(family) 2>/dev/null; }
  stop() { kill -"$1" "$server" 2>/dev/null; signal CONT; wait "$server"; }
  start "$@"
  while read -r order; do
    case "$order" in
      start) start "$@" ;;
      fast) stop INT ;;
      crash) stop QUIT ;;
      pause) signal STOP ;;
      resume) signal CONT ;;
    esac
    echo done
  done
  stop QUIT
  rm -rf "$1/data" "$1/log"; rmdir "$1" 2>/dev/null
`;

export async function startPostgres({ programs, isDurable = false }: PostgresServerOptions): Promise<PostgresServer> {
  const directory = await mkdtemp(join(tmpdir(), 'weir-postgres-'));
  const isRoot = process.getuid?.() === 0;
  const identity = isRoot ? NOBODY : {};
  if (isRoot) await chown(directory, NOBODY.uid, NOBODY.gid);
  await chmod(directory, 0o700);
  const initialize = ['-D', join(directory, 'data'), '-U', 'weir', '-A', 'trust', '-E', 'UTF8', '--locale=C', '-N'];
  await run(join(programs, 'initdb'), initialize, { ...identity, cwd: directory });

  const [port] = await freePorts(1);
  const settings = ['shared_buffers=32MB', 'max_connections=80', 'listen_addresses=127.0.0.1', 'autovacuum_naptime=5s'];
  if (!isDurable) settings.push('fsync=off', 'synchronous_commit=off', 'full_page_writes=off');
  const args = [programs, directory, String(port), settings.map((setting) => `-c ${setting}`).join(' ')];
  // In a session of its own: an interrupt from the keyboard must not end the keeper before it has tidied up.
  const keeper = spawn('sh', ['-c', KEEPER, ...args], {
    ...identity,
    cwd: directory,
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  keeper.unref();
  const server = new KeptServer(keeper, `postgres://weir@127.0.0.1:${port}/postgres`, directory);
  await server.answers();
  return server;
}

class KeptServer implements PostgresServer {
  readonly #done: AsyncIterator<string>;
  readonly #ended: Promise<unknown>;

  constructor(
    private readonly keeper: ChildProcess,
    readonly url: string,
    private readonly directory: string,
  ) {
    if (keeper.stdout === null) throw new Error('the keeper was started without a pipe from it');
    this.#done = createInterface({ input: keeper.stdout })[Symbol.asyncIterator]();
    this.#ended = once(keeper, 'close');
  }

  async stop(how: 'fast' | 'crash' = 'fast'): Promise<void> {
    await this.#order(how);
  }

  async pause(): Promise<void> {
    await this.#order('pause');
  }

  async resume(): Promise<void> {
    await this.#order('resume');
  }

  async start(): Promise<void> {
    await this.#order('start');
    await this.answers();
  }

  async remove(): Promise<void> {
    this.keeper.stdin?.end();
    await this.#ended;
    await rm(this.directory, { recursive: true, force: true });
  }

  async answers(): Promise<void> {
    await eventually(async () => {
      const client = new Client({ connectionString: this.url, connectionTimeoutMillis: 1_000 });
      client.on('error', () => undefined);
      await client.connect();
      await client.end();
    });
  }

  async #order(order: string): Promise<void> {
    this.keeper.stdin?.write(`${order}\n`);
    await this.#done.next();
  }
}
