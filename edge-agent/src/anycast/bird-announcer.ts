import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf, type Problem } from '../problem.js';
import { inOrder, type Announcement, type Announcer } from './announcer.js';
import { BIRD_PROTOCOLS, includePattern, renderBirdFile } from './bird-file.js';
import { announcedAddresses, isFailure, textOf } from './bird-reply.js';
import type { AskBird } from './bird-socket.js';

export interface BirdAnnouncerParts {
  readonly ask: AskBird;
  /** For messages. */
  readonly socketPath: string;
  /** Included by the operator's own configuration of BIRD, and written by nobody else. */
  readonly file: string;
}

/** BIRD starts a protocol after it has answered `configure`. */
const SETTLE_ATTEMPTS = 40;
const SETTLE_INTERVAL_MS = 50;

/** Announces by routes in a file that BIRD's own configuration includes; what BIRD says it has decides. */
export class BirdAnnouncer implements Announcer {
  constructor(private readonly parts: BirdAnnouncerParts) {}

  async read(): Promise<readonly string[] | null> {
    return this.#read().catch(() => null);
  }

  async announce(addresses: readonly string[]): Promise<Announcement> {
    const wanted = inOrder(addresses);
    try {
      const problems = await this.#bringTo(wanted);
      return { announced: await this.#read(), problems };
    } catch (error) {
      return { announced: null, problems: [this.#unreachable(error)] };
    }
  }

  /** The file comes first, also while BIRD is away: it is what BIRD starts with. Rejects when BIRD cannot be asked. */
  async #bringTo(wanted: readonly string[]): Promise<readonly Problem[]> {
    const { file } = this.parts;
    const text = renderBirdFile(wanted);
    const previous = await readIfPresent(file);
    try {
      if (previous !== text) await replaceFile(file, text);
    } catch (error) {
      return [{ code: 'bird-file-not-written', message: `${file} cannot be written: ${messageOf(error)}` }];
    }
    if (previous === text && isSame(await this.#read(), wanted)) return [];
    const refusal = await this.#configure();
    if (refusal !== null) return this.#undo(refusal, previous, wanted);
    return this.#checkTakenUp(wanted);
  }

  /** Why BIRD goes on with the configuration it had; `null` when it took the new one. */
  async #configure(): Promise<string | null> {
    const [reply] = await this.parts.ask(['configure']);
    return reply === undefined || isFailure(reply) ? textOf(reply ?? { code: 0, lines: ['no answer'] }) : null;
  }

  /**
   * A file that BIRD refuses must not lie in wait for its next start. To withdraw everything needs no configuration: an
   * operator's slip in bird.conf must not keep users coming. The next `configure` that succeeds undoes `disable`.
   */
  async #undo(refusal: string, previous: string | null, wanted: readonly string[]): Promise<readonly Problem[]> {
    const { ask, file } = this.parts;
    if (wanted.length === 0) await ask(BIRD_PROTOCOLS.map((protocol) => `disable ${protocol}`));
    else if (previous === null) await rm(file, { force: true });
    else await replaceFile(file, previous);
    const message = `BIRD refuses its configuration and keeps the one it had: ${refusal}; \`birdc configure check\` tells more`;
    return [{ code: 'bird-refused', message }];
  }

  async #checkTakenUp(wanted: readonly string[]): Promise<readonly Problem[]> {
    const { ask, file } = this.parts;
    const protocols = await ask(BIRD_PROTOCOLS.map((protocol) => `show protocols ${protocol}`));
    if (protocols.some(isFailure)) {
      const message = `BIRD does not read ${file}; put  include "${includePattern(file)}";  into its configuration (bird.conf)`;
      return [{ code: 'bird-file-not-included', message }];
    }
    if (await this.#settlesAt(wanted)) return [];
    const message = `BIRD read ${file} but does not have its routes: ${protocols.map(textOf).join('; ')}`;
    return [{ code: 'bird-not-announcing', message }];
  }

  async #settlesAt(wanted: readonly string[]): Promise<boolean> {
    for (let attempt = 0; attempt < SETTLE_ATTEMPTS; attempt += 1) {
      if (isSame(await this.#read(), wanted)) return true;
      await delay(SETTLE_INTERVAL_MS);
    }
    return false;
  }

  async #read(): Promise<readonly string[]> {
    return announcedAddresses(
      await this.parts.ask(BIRD_PROTOCOLS.map((protocol) => `show route protocol ${protocol}`)),
    );
  }

  #unreachable(error: unknown): Problem {
    return {
      code: 'bird-unreachable',
      message: `BIRD cannot be asked at ${this.parts.socketPath} (${messageOf(error)}); is it running, and may the agent write to its socket?`,
    };
  }
}

function isSame(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((address, index) => address === right[index]);
}

/** At once: BIRD may be told to read it at any moment, by anybody. It runs as a user of its own and must be able to. */
async function replaceFile(path: string, text: string): Promise<void> {
  // A pattern of files to include, such as *.conf, does not match this one.
  const temporary = `${path}.new`;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(temporary, text);
  // A service manager's umask keeps others out.
  await chmod(temporary, 0o644);
  await rename(temporary, path);
}

async function readIfPresent(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch(() => null);
}
