import { inOrder } from './announcer.js';

/** BIRD's answer to one command: lines without their codes, and the code of the last one, which sums it up. */
export interface BirdReply {
  readonly code: number;
  readonly lines: readonly string[];
}

/** Codes from 8000 on are failures: 8xxx at run time, 9xxx for commands that BIRD does not understand. */
const FIRST_FAILURE = 8_000;

/**
 * Takes the first whole reply off the front of what a control socket has sent; `null` while it is not whole. Each line begins with
 * four digits and a minus sign, or with a blank when its code is that of the line before; four digits and a blank end
 * the reply.
 */
export function takeReply(received: string): { readonly reply: BirdReply; readonly rest: string } | null {
  const end = /^(\d{4}) (.*)\n/m.exec(received);
  if (end === null) return null;
  const [lastLine, code, text = ''] = end;
  const before = received.slice(0, end.index).split('\n').slice(0, -1);
  const lines = [...before.map((line) => line.replace(/^(\d{4}-| )/, '')), text].filter((line) => line !== '');
  return { reply: { code: Number(code), lines }, rest: received.slice(end.index + lastLine.length) };
}

export function isFailure({ code }: BirdReply): boolean {
  return code >= FIRST_FAILURE;
}

/** What BIRD said, as one line. */
export function textOf({ lines }: BirdReply): string {
  return lines.join('; ');
}

/** Addresses of the host routes in answers to `show route protocol`; those of networks are none of the agent's. */
export function announcedAddresses(replies: readonly BirdReply[]): readonly string[] {
  const addresses = replies.flatMap(({ lines }) => lines).flatMap((line) => hostRoute(line) ?? []);
  return inOrder(addresses);
}

function hostRoute(line: string): string | null {
  const [, address, length] = /^([\da-f.:]+)\/(32|128)\s/i.exec(line) ?? [];
  if (address === undefined) return null;
  return address.includes(':') === (length === '128') ? address : null;
}
