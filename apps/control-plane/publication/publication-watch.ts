import type { EdgeName } from '#core/model/name.js';
import type { PublicationPoint, SchedulerStore } from '#core/ports/scheduler-store.js';
import type { PublicationBoard } from './publication-board.js';

/** Wakes the long polls of this control plane for what another one published. */
export class PublicationWatch {
  #known: ReadonlyMap<EdgeName, PublicationPoint> = new Map();
  #last: Promise<void> = Promise.resolve();

  constructor(
    private readonly store: Pick<SchedulerStore, 'publications'>,
    private readonly board: Pick<PublicationBoard, 'announce'>,
  ) {}

  /** Announces every edge whose publication is another than when this was last called. Rejects when the store does. */
  sync(): Promise<void> {
    const done = this.#last.then(() => this.#compare());
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #compare(): Promise<void> {
    const publications = await this.store.publications();
    const current = new Map(publications.map(({ edge, point }) => [edge, point]));
    const changed = publications.filter(({ edge, point }) => !isSame(this.#known.get(edge), point));
    const withdrawn = [...this.#known.keys()].filter((edge) => !current.has(edge));
    this.#known = current;
    this.board.announce([...changed.map(({ edge }) => edge), ...withdrawn]);
  }
}

function isSame(left: PublicationPoint | undefined, right: PublicationPoint): boolean {
  return left?.term === right.term && left.generation === right.generation;
}
