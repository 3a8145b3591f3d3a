import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, isIPv6 } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What to do: node dialogue-client.mjs '<DialogueOrder as JSON>'. */
export interface DialogueOrder {
  readonly protocol: 'TCP' | 'UDP';
  readonly host: string;
  /** Taken in turn. */
  readonly ports: readonly number[];
  /** Connections, opened one after the other, each from a port of its own. */
  readonly count: number;
  /** The clients' own addresses, taken in turn; the system's choice when left out. */
  readonly sources?: readonly string[];
  /** They stay open and go on asking until standard input ends; then they are reset. */
  readonly isHeld: boolean;
}

/** Written as `opened <JSON>`, and where they are held again at the end, as `ended <JSON>`. */
export interface Dialogues {
  /** The origin that answered each connection, in the order in which they were opened; `null` where none did. */
  readonly answeredBy: readonly (string | null)[];
}

interface Dialogue {
  /** Rejects when no answer comes. */
  readonly ask: () => Promise<string>;
  readonly end: () => void;
}

const ANSWER_TIMEOUT_MS = 8_000;
const HELD_PAUSE_MS = 200;

const order = JSON.parse(process.argv[2] ?? '') as DialogueOrder;
let isEnding = false;
process.stdin.resume().once('end', () => {
  isEnding = true;
});

const dialogues: Dialogue[] = [];
const answeredBy: (string | null)[] = [];
for (let index = 0; index < order.count; index += 1) {
  const dialogue = await openDialogue(index);
  answeredBy.push(await originOf(dialogue));
  if (order.isHeld) dialogues.push(dialogue);
  else dialogue.end();
}
say('opened', { answeredBy });
if (order.isHeld) {
  const heard = await Promise.all(dialogues.map(hold));
  say('ended', { answeredBy: heard });
}
for (const dialogue of dialogues) dialogue.end();
await sleep(50);
process.exit(0);

/** The origin that answered every time; `null` once an answer failed to come or came from another. */
async function hold(dialogue: Dialogue): Promise<string | null> {
  let origin = await originOf(dialogue);
  while (!isEnding) {
    await sleep(HELD_PAUSE_MS);
    if ((await originOf(dialogue)) !== origin) origin = null;
  }
  return origin;
}

async function originOf(dialogue: Dialogue): Promise<string | null> {
  return dialogue.ask().then(
    (answer) => answer.split(' ')[0] ?? null,
    () => null,
  );
}

function openDialogue(index: number): Promise<Dialogue> {
  const port = order.ports[index % order.ports.length] ?? 0;
  return order.protocol === 'TCP' ? openTcp(port, order.sources?.[index % order.sources.length]) : openUdp(port);
}

async function openTcp(port: number, source: string | undefined): Promise<Dialogue> {
  const socket = connect({ host: order.host, port, ...(source !== undefined && { localAddress: source }) });
  socket.on('error', () => undefined);
  await once(socket, 'connect').catch(() => undefined);
  return {
    ask: async () => {
      socket.write('?\n');
      return String((await once(socket, 'data', { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) }))[0]);
    },
    end: () => {
      socket.resetAndDestroy();
    },
  };
}

async function openUdp(port: number): Promise<Dialogue> {
  const socket = createSocket(isIPv6(order.host) ? 'udp6' : 'udp4');
  socket.on('error', () => undefined);
  socket.connect(port, order.host);
  await once(socket, 'connect');
  return {
    ask: async () => {
      socket.send('?');
      return String((await once(socket, 'message', { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) }))[0]);
    },
    end: () => {
      socket.close();
    },
  };
}

function say(word: string, result: Dialogues): void {
  process.stdout.write(`${word} ${JSON.stringify(result)}\n`);
}
