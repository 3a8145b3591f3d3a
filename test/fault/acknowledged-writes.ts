import type { ShownEvent, StoredOrigin } from './stored-origins.js';

/** What one writer knows of one resource. Versions grow; `null` is a resource that is not there. */
interface Knowledge {
  acknowledged: number | null;
  /** Sent, and not answered yet: it may have been done or not. */
  attempted: number | null | undefined;
}

/** Puts and deletes origins of its own, one after the other, and remembers what was acknowledged. */
export class AcknowledgedWrites {
  readonly #known = new Map<string, Knowledge>();
  #version = 0;

  constructor(
    private readonly prefix: string,
    private readonly acknowledged: () => void,
    private readonly send: (method: 'PUT' | 'DELETE', path: string, body?: object) => Promise<void>,
  ) {}

  /** Resolves when a write fails, as when its server is killed. */
  async writeUntilItFails(): Promise<void> {
    for (;;) {
      const name = `${this.prefix}-${this.#version % NAMES}`;
      const knowledge = this.#knownOf(name);
      const isDeletion = knowledge.acknowledged !== null && this.#version % DELETION_EVERY === 0;
      const version = isDeletion ? null : this.#version + 1;
      knowledge.attempted = version;
      try {
        await this.#write(name, version);
      } catch {
        return;
      }
      this.#version += 1;
      knowledge.acknowledged = version;
      knowledge.attempted = undefined;
      this.acknowledged();
    }
  }

  /** What is stored otherwise than it was acknowledged, in words; takes what is stored for known afterwards. */
  losses(origins: readonly StoredOrigin[], newestEvents: ReadonlyMap<string, ShownEvent>): readonly string[] {
    return [...this.#known].flatMap(([name, knowledge]) => {
      const stored = origins.find((origin) => origin.name === name) ?? null;
      const version = stored === null ? null : Number(stored.region);
      const { acknowledged, attempted } = knowledge;
      const isKept = version === acknowledged || (attempted !== undefined && version === attempted);
      knowledge.acknowledged = version;
      knowledge.attempted = undefined;
      return [
        ...(isKept ? [] : [`${name} is ${String(version)}, acknowledged was ${String(acknowledged)}`]),
        ...halves(name, stored, newestEvents.get(name)?.after ?? null),
      ];
    });
  }

  #knownOf(name: string): Knowledge {
    const knowledge = this.#known.get(name) ?? { acknowledged: null, attempted: undefined };
    this.#known.set(name, knowledge);
    return knowledge;
  }

  #write(name: string, version: number | null): Promise<void> {
    const path = `/v1/origins/${name}`;
    if (version === null) return this.send('DELETE', path);
    return this.send('PUT', path, { region: String(version), endpoints: [{ address: '192.0.2.1' }] });
  }
}

const NAMES = 5;
const DELETION_EVERY = 4;

/** The resource and the event that tells of it are one write. */
function halves(name: string, stored: StoredOrigin | null, told: ShownEvent['after'] | null): readonly string[] {
  const [isStored, isTold] = [stored?.region ?? null, told?.region ?? null];
  return isStored === isTold ? [] : [`${name} is ${String(isStored)}, its last event says ${String(isTold)}`];
}
