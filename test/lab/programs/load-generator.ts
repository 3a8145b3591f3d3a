import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What to send: node load-generator.mjs '<TrafficOrder as JSON>'. It ends early when its standard input ends. */
export interface TrafficOrder {
  readonly host: string;
  readonly port: number;
  /** Connections of one question each, opened one after the other; `null` for as many as there is time for. */
  readonly short: number | null;
  /** Opened so often, whatever becomes of those before; then neither concurrency nor pause counts. */
  readonly perSecond?: number;
  /** Addresses to connect from, in turn; the one that the route prefers when left out. */
  readonly sources?: readonly string[];
  /** How many of them are open at a time. */
  readonly concurrency: number;
  /** From the end of one to the beginning of the next. */
  readonly pauseMs: number;
  /** Connections that stay open, asking ten times a second, until the short ones are through. */
  readonly held: number;
}

/** Written as one line of JSON at the end. */
export interface Traffic {
  /** All of them, short and held, the failed ones included. */
  readonly connections: number;
  /** Connections by the origin's address, as the origin told it. */
  readonly answeredBy: Readonly<Record<string, number>>;
  /** Connections by where the origin saw them come from. */
  readonly seenFrom: Readonly<Record<string, number>>;
  /** Connections by what went wrong. */
  readonly failures: Readonly<Record<string, number>>;
}

const ANSWER_TIMEOUT_MS = 8_000;
const HELD_PAUSE_MS = 100;
const PACE_TICK_MS = 5;
const LONGEST_CATCH_UP_MS = 250;

const order = JSON.parse(process.argv[2] ?? '') as TrafficOrder;
const answeredBy: Record<string, number> = {};
const seenFrom: Record<string, number> = {};
const failures: Record<string, number> = {};
let connections = 0;
let isEnding = false;
process.stdin.resume().once('end', () => {
  isEnding = true;
});

const heldOnes = Array.from({ length: order.held }, () => converse(() => isEnding));
await (order.perSecond === undefined
  ? Promise.all(Array.from({ length: order.concurrency }, sendShortOnes))
  : sendPacedOnes(order.perSecond));
isEnding = true;
await Promise.all(heldOnes);
const traffic: Traffic = { connections, answeredBy, seenFrom, failures };
process.stdout.write(`${JSON.stringify(traffic)}\n`, () => process.exit(0));

async function sendShortOnes(): Promise<void> {
  while (!isEnding && connections < (order.short ?? Infinity) + order.held) {
    await converse(() => true);
    if (order.pauseMs > 0) await sleep(order.pauseMs);
  }
}

/** After a stall of the machine little is made up for: a burst would be another load than the one ordered. */
async function sendPacedOnes(perSecond: number): Promise<void> {
  const underWay: Promise<void>[] = [];
  let nextAtMs = performance.now();
  while (!isEnding) {
    const nowMs = performance.now();
    nextAtMs = Math.max(nextAtMs, nowMs - LONGEST_CATCH_UP_MS);
    for (; nextAtMs <= nowMs; nextAtMs += 1_000 / perSecond) underWay.push(converse(() => true));
    await sleep(PACE_TICK_MS);
  }
  await Promise.all(underWay);
}

/** One connection: asks at least once, and again until it is enough. */
async function converse(isEnough: () => boolean): Promise<void> {
  connections += 1;
  const socket = openSocket();
  try {
    let answer = await ask(socket);
    while (!isEnough()) {
      await sleep(HELD_PAUSE_MS);
      answer = await ask(socket);
    }
    const [origin = '', source = ''] = answer.trim().split(' ');
    count(answeredBy, origin);
    count(seenFrom, source);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    count(failures, code ?? message);
  } finally {
    socket.destroy();
  }
}

function openSocket(): Socket {
  const localAddress = order.sources?.[connections % order.sources.length];
  const socket = connect({ host: order.host, port: order.port, ...(localAddress !== undefined && { localAddress }) });
  // Stays when nobody waits: an error between two questions makes the next one fail.
  socket.on('error', () => undefined);
  socket.setTimeout(ANSWER_TIMEOUT_MS, () => socket.destroy(new Error('no answer in time')));
  socket.once('end', () => socket.destroy(new Error('closed by the origin')));
  return socket;
}

async function ask(socket: Socket): Promise<string> {
  if (socket.destroyed) throw socket.errored ?? new Error('closed');
  socket.write('?\n');
  const [answer] = (await once(socket, 'data')) as [Buffer];
  return answer.toString();
}

function count(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}
