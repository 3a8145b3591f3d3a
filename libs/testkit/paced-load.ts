import { get } from 'node:http';
import { eventually } from './eventually.js';

export interface PacedLoadOptions {
  /** Ports on 127.0.0.1, taken in turn. */
  readonly ports: readonly number[];
  readonly connectionsPerSecond: number;
}

/** What has become of the connections opened so far. */
export interface LoadCount {
  readonly opened: number;
  readonly failed: number;
  /** By the body of the answer. */
  readonly answered: Readonly<Record<string, number>>;
  /** The same for each port. */
  readonly answeredOn: Readonly<Record<number, Readonly<Record<string, number>>>>;
}

const TICK_MS = 5;
const ANSWER_TIMEOUT_MS = 10_000;

/** After a stall of the machine only this much is made up for: a burst of seconds would be another load than the one named. */
const LONGEST_CATCH_UP_MS = 250;

/** Opens connections at a fixed rate, one request on each, and never waits for an answer before the next. */
export class PacedLoad {
  readonly #failures: string[] = [];
  readonly #answers: { readonly port: number; readonly body: string }[] = [];
  #opened = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: PacedLoadOptions) {}

  /** Why connections failed, in the order they did. */
  get failures(): readonly string[] {
    return this.#failures;
  }

  start(): void {
    const intervalMs = 1_000 / this.options.connectionsPerSecond;
    let nextAtMs = performance.now();
    clearInterval(this.#timer);
    this.#timer = setInterval(() => {
      const nowMs = performance.now();
      nextAtMs = Math.max(nextAtMs, nowMs - LONGEST_CATCH_UP_MS);
      for (; nextAtMs <= nowMs; nextAtMs += intervalMs) this.#open();
    }, TICK_MS);
  }

  /** Opens no more connections, and waits for what is still under way. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await eventually(() => {
      const outstanding = this.#opened - this.#answers.length - this.#failures.length;
      if (outstanding > 0) throw new Error(`${outstanding} connections are still under way`);
    }, 2 * ANSWER_TIMEOUT_MS);
  }

  count(): LoadCount {
    const { ports } = this.options;
    return {
      opened: this.#opened,
      failed: this.#failures.length,
      answered: tally(this.#answers),
      answeredOn: Object.fromEntries(
        ports.map((port) => [port, tally(this.#answers.filter((answer) => answer.port === port))]),
      ),
    };
  }

  #open(): void {
    const port = this.options.ports[this.#opened % this.options.ports.length] ?? 0;
    this.#opened += 1;
    request(port).then(
      (body) => this.#answers.push({ port, body }),
      (error: unknown) => this.#failures.push(error instanceof Error ? error.message : String(error)),
    );
  }
}

/** What was counted between two moments. */
export function countBetween(before: LoadCount, after: LoadCount): LoadCount {
  return {
    opened: after.opened - before.opened,
    failed: after.failed - before.failed,
    answered: difference(before.answered, after.answered),
    answeredOn: Object.fromEntries(
      Object.keys(after.answeredOn).map((port) => [
        port,
        difference(before.answeredOn[Number(port)] ?? {}, after.answeredOn[Number(port)] ?? {}),
      ]),
    ),
  };
}

/** The part of all answers that came from `origin`, 0 to 1. */
export function answeredShare(answered: Readonly<Record<string, number>>, origin: string): number {
  const total = Object.values(answered).reduce((sum, count) => sum + count, 0);
  return (answered[origin] ?? 0) / total;
}

function difference(before: Readonly<Record<string, number>>, after: Readonly<Record<string, number>>) {
  return Object.fromEntries(Object.entries(after).map(([name, count]) => [name, count - (before[name] ?? 0)]));
}

function tally(answers: readonly { readonly body: string }[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { body } of answers) counts[body] = (counts[body] ?? 0) + 1;
  return counts;
}

/** Resolves with the body once the answer is complete; anything less is a failure. */
function request(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = get({ host: '127.0.0.1', port, path: '/', agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => (body += text));
      response.once('error', reject);
      response.once('end', () => {
        if (response.statusCode === 200) resolve(body);
        else reject(new Error(`answered ${String(response.statusCode)}`));
      });
    });
    asked.once('error', reject);
    asked.setTimeout(ANSWER_TIMEOUT_MS, () => {
      asked.destroy(new Error(`no answer within ${ANSWER_TIMEOUT_MS} ms`));
    });
  });
}
