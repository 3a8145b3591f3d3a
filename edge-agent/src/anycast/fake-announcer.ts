import { inOrder, type Announcement, type Announcer } from './announcer.js';

/** Announces to nobody; keeps what it was asked for. */
export class FakeAnnouncer implements Announcer {
  readonly asked: (readonly string[])[] = [];
  announced: readonly string[] = [];
  /** Whether it can be asked what is announced. */
  isReadable = true;

  read(): Promise<readonly string[] | null> {
    return Promise.resolve(this.isReadable ? this.announced : null);
  }

  announce(addresses: readonly string[]): Promise<Announcement> {
    this.announced = inOrder(addresses);
    this.asked.push(this.announced);
    return Promise.resolve({ announced: this.isReadable ? this.announced : null, problems: [] });
  }
}
