import { describe, expect, it } from 'vitest';
import { announcedAddresses, isFailure, takeReply, textOf } from './bird-reply.js';

/** As BIRD 2.0.12 sent them. */
const GREETING = '0001 BIRD 2.0.12 ready.\n';
const ROUTES = [
  '1007-Table master4:\n',
  ' 203.0.113.11/32      blackhole [weir4 19:46:54.354] * (200)\n',
  ' 203.0.113.10/32      blackhole [weir4 19:46:54.354] * (200)\n',
  '0000 \n',
].join('');
const ROUTES_6 = '1007-Table master6:\n 2001:db8::10/128     blackhole [weir6 19:46:54.354] * (200)\n0000 \n';
const REFUSAL = [
  '0002-Reading configuration from /etc/bird/bird.conf\n',
  '8002 /run/weir-edge/bird.conf:1:53 syntax error, unexpected CF_SYM_UNDEFINED\n',
].join('');
const UNKNOWN = '9001 syntax error, unexpected CF_SYM_UNDEFINED, expecting CF_SYM_KNOWN\n';

const replyOf = (text: string) => takeReply(text)!.reply;

describe('takeReply', () => {
  it('takes one reply after the other', () => {
    const { reply, rest } = takeReply(GREETING + ROUTES)!;
    expect(reply).toEqual({ code: 1, lines: ['BIRD 2.0.12 ready.'] });
    expect(rest).toBe(ROUTES);
  });

  it.each([0, 10, ROUTES.length - 1])('waits for the end when %i characters have come', (length) => {
    expect(takeReply(ROUTES.slice(0, length))).toBeNull();
  });

  it('takes the code of the last line, which tells a failure', () => {
    expect(isFailure(replyOf(REFUSAL))).toBe(true);
    expect(isFailure(replyOf(UNKNOWN))).toBe(true);
    expect(isFailure(replyOf('0002-Reading configuration from /etc/bird/bird.conf\n0003 Reconfigured\n'))).toBe(false);
    expect(textOf(replyOf(REFUSAL))).toContain('bird.conf:1:53 syntax error');
  });
});

describe('announcedAddresses', () => {
  it('reads host routes of both families', () => {
    expect(announcedAddresses([replyOf(ROUTES), replyOf(ROUTES_6)])).toEqual([
      '2001:db8::10',
      '203.0.113.10',
      '203.0.113.11',
    ]);
  });

  it('finds none where there is none, or no such protocol', () => {
    expect(announcedAddresses([replyOf('0000 \n'), replyOf(UNKNOWN)])).toEqual([]);
  });

  it('leaves networks out', () => {
    const lines = ['203.0.113.0/24 blackhole [weir4]', '2001:db8::/32 blackhole [weir6]'];
    expect(announcedAddresses([{ code: 0, lines }])).toEqual([]);
  });
});
