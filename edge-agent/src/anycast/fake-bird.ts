import { readFile } from 'node:fs/promises';
import type { BirdReply } from './bird-reply.js';
import type { AskBird } from './bird-socket.js';

/** What BIRD does with the commands the agent gives it, and says in BIRD 2.0's words; records them. */
export class FakeBird {
  readonly commands: string[] = [];
  /** What it says to `configure` instead of taking it up; `null` to take it up. */
  refusal: string | null = null;
  isRunning = true;
  isFileIncluded = true;
  /** Text of the file as last taken up. */
  #taken = '';
  readonly #disabled = new Set<string>();

  constructor(private readonly file: string) {}

  readonly ask: AskBird = async (commands) => {
    if (!this.isRunning) throw new Error('connect ENOENT /run/bird/bird.ctl');
    const replies: BirdReply[] = [];
    for (const command of commands) replies.push(await this.#reply(command));
    return replies;
  };

  /** As it comes back after a crash, or after somebody else had it read its files. */
  async restart(): Promise<void> {
    this.#taken = this.isFileIncluded ? await readFile(this.file, 'utf8').catch(() => '') : '';
    this.#disabled.clear();
  }

  async #reply(command: string): Promise<BirdReply> {
    this.commands.push(command);
    const protocol = /\w+$/.exec(command)?.[0] ?? '';
    if (command === 'configure') return this.#configure();
    if (!this.#taken.includes(`protocol static ${protocol} `)) return unknownProtocol;
    if (command.startsWith('show route')) return { code: 0, lines: this.#routes(protocol) };
    if (command.startsWith('show protocols')) return { code: 0, lines: [`${protocol} Static up`] };
    this.#disabled.add(protocol);
    return { code: 0, lines: [`${protocol}: disabled`] };
  }

  async #configure(): Promise<BirdReply> {
    if (this.refusal !== null) return { code: 8002, lines: [this.refusal] };
    await this.restart();
    return { code: 3, lines: ['Reading configuration from /etc/bird/bird.conf', 'Reconfigured'] };
  }

  #routes(protocol: string): readonly string[] {
    if (this.#disabled.has(protocol)) return [];
    const section = this.#taken.split(`protocol static ${protocol} `)[1]?.split('}')[0] ?? '';
    return [...section.matchAll(/route (\S+) blackhole/g)].map(
      ([, network = '']) => `${network} blackhole [${protocol}]`,
    );
  }
}

const unknownProtocol: BirdReply = {
  code: 9001,
  lines: ['syntax error, unexpected CF_SYM_UNDEFINED, expecting CF_SYM_KNOWN'],
};
