import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { startContender, type Contender, type ContenderName } from '../edge/contenders.js';
import { shortConnections, streamBytes, untilServing } from '../edge/loopback-load.js';
import { usageOf } from '../edge/process-usage.js';
import { medianOf } from './stopwatch.js';

/** Medians over rounds in which the contenders took turns. */
export interface ForwardingFigures {
  readonly name: ContenderName;
  readonly gibPerSecond: number;
  /** Of the forwarder's process, kernel included: what one core could carry is one divided by it. */
  readonly cpuSecondsPerGib: number;
  readonly connectionsPerSecond: number;
  readonly cpuMicrosecondsPerConnection: number;
  readonly residentMiB: number;
}

/** One that cannot be had on this machine. */
export interface AbsentContender {
  readonly name: ContenderName;
  readonly reason: string;
}

type Round = Omit<ForwardingFigures, 'name'>;

interface Running {
  readonly name: ContenderName;
  readonly port: number;
  readonly contender: Contender;
  readonly rounds: Round[];
}

const NAMES: readonly ContenderName[] = ['weir', 'haproxy', 'nginx'];
const ROUNDS = 5;
const STREAMS = 4;
const CONCURRENCY = 32;
const WARM_UP_CONNECTIONS = 5_000;
const DURATION_MS = 2_000;
const GIB = 2 ** 30;

process.stdout.write(`${JSON.stringify(await measure())}\n`);

async function measure(): Promise<readonly (ForwardingFigures | AbsentContender)[]> {
  const backend = spawn(process.execPath, [fileURLToPath(new URL('../edge/backend-main.js', import.meta.url))], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = (await once(backend.stdout, 'data')) as [Buffer];
  const backendPort = Number(said.toString());
  const running: Running[] = [];
  const absent: AbsentContender[] = [];
  try {
    for (const name of NAMES)
      try {
        running.push(await startWarm(name, backendPort));
      } catch (error) {
        absent.push({ name, reason: error instanceof Error ? error.message : String(error) });
      }
    for (let round = 0; round < ROUNDS; round += 1)
      for (const contender of running) contender.rounds.push(await measureRound(contender));
    return [...running.map(({ name, rounds }) => medians(name, rounds)), ...absent];
  } finally {
    for (const { contender } of running) await contender.stop();
    backend.kill('SIGKILL');
  }
}

/** Compiled code and warm caches are what a forwarder runs with nearly all its life. */
async function startWarm(name: ContenderName, backendPort: number): Promise<Running> {
  const port = await freePort();
  const contender = await startContender(name, port, backendPort);
  try {
    await untilServing(port);
    for (let count = 0; count < WARM_UP_CONNECTIONS;) count += await shortConnections(port, CONCURRENCY, DURATION_MS);
    return { name, port, contender, rounds: [] };
  } catch (error) {
    await contender.stop();
    throw error;
  }
}

async function measureRound({ port, contender }: Running): Promise<Round> {
  const before = await usageOf(contender.pid);
  const gib = (await streamBytes(port, STREAMS, DURATION_MS)) / GIB;
  const between = await usageOf(contender.pid);
  const connections = await shortConnections(port, CONCURRENCY, DURATION_MS);
  const after = await usageOf(contender.pid);
  return {
    gibPerSecond: (gib * 1_000) / DURATION_MS,
    cpuSecondsPerGib: (between.cpuSeconds - before.cpuSeconds) / gib,
    connectionsPerSecond: (connections * 1_000) / DURATION_MS,
    cpuMicrosecondsPerConnection: (1e6 * (after.cpuSeconds - between.cpuSeconds)) / connections,
    residentMiB: after.residentMiB,
  };
}

function medians(name: ContenderName, rounds: readonly Round[]): ForwardingFigures {
  const median = (key: keyof Round) => medianOf(rounds.map((round) => round[key]));
  return {
    name,
    gibPerSecond: median('gibPerSecond'),
    cpuSecondsPerGib: median('cpuSecondsPerGib'),
    connectionsPerSecond: median('connectionsPerSecond'),
    cpuMicrosecondsPerConnection: median('cpuMicrosecondsPerConnection'),
    residentMiB: median('residentMiB'),
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
