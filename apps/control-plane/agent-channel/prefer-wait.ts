/** No proxy keeps a silent connection for longer than this with any certainty. */
const MAX_WAIT_SECONDS = 60;

/** How long a client is willing to wait, in ms, from its `Prefer` header (RFC 7240); 0 when it does not say. */
export function preferredWaitMs(prefer: string | undefined): number {
  const seconds = /(?:^|[,;\s])wait\s*=\s*"?(\d{1,6})"?/i.exec(prefer ?? '')?.[1];
  return seconds === undefined ? 0 : Math.min(Number(seconds), MAX_WAIT_SECONDS) * 1_000;
}
