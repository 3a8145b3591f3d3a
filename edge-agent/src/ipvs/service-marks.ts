import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { addressOf, serviceKey, type ServiceAddress } from '../data-plane/service.js';
import type { MarkRule } from '../firewall/firewall-rules.js';

/**
 * IPVS has no service for a range of ports: the firewall marks the packets of the range, and a service stands for the
 * mark. Ours lie in 0x57000000 to 0x57ffffff: out of the way of the small numbers that people pick, and below 2^31,
 * from where on `ipvsadm` prints them as negative.
 */
const FIRST_MARK = 0x57000000;
const MARK_COUNT = 2 ** 24;

/** The mark of each range of ports, by service key. */
export type ServiceMarks = ReadonlyMap<string, MarkRule>;

/**
 * Gives every range a mark: the one it has in `known`, else one derived from its key, so that an agent that starts anew
 * comes to the same, else the next that nobody has. `taken` are the marks that others use. Ranges that are not asked for
 * lose theirs.
 */
export function assignMarks(
  ranges: readonly ServiceAddress[],
  known: ServiceMarks,
  taken: ReadonlySet<number>,
): ServiceMarks {
  const wanted = new Map(ranges.map((range) => [serviceKey(range), addressOf(range)]));
  const kept = [...wanted.keys()].flatMap((key) => known.get(key) ?? []);
  const used = new Set([...taken, ...kept.map(({ mark }) => mark)]);
  const marks = new Map(kept.map((rule) => [serviceKey(rule.service), rule]));
  for (const [key, service] of wanted) {
    if (marks.has(key)) continue;
    const mark = freeMark(key, used);
    marks.set(key, { service, mark });
    used.add(mark);
  }
  return marks;
}

/** The range that a mark of one family stands for. */
export function rangeOf(marks: ServiceMarks, mark: number, isForIPv6: boolean): ServiceAddress | undefined {
  const isMeant = (rule: MarkRule) => rule.mark === mark && isIPv6(rule.service.address) === isForIPv6;
  return [...marks.values()].find(isMeant)?.service;
}

export function isOwnMark(mark: number): boolean {
  return mark >= FIRST_MARK && mark < FIRST_MARK + MARK_COUNT;
}

function freeMark(key: string, used: ReadonlySet<number>): number {
  const start = createHash('sha256').update(key).digest().readUIntBE(0, 3);
  for (let step = 0; step < MARK_COUNT; step += 1) {
    const mark = FIRST_MARK + ((start + step) % MARK_COUNT);
    if (!used.has(mark)) return mark;
  }
  throw new Error('every firewall mark from 0x57000000 to 0x57ffffff is taken');
}
