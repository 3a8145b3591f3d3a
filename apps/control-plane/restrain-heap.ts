import { setFlagsFromString } from 'node:v8';

/** The heap may grow by this much beyond what was alive when it was last cleared. */
const GROWTH_PERCENT = 50;

/**
 * Polls and reports live for seconds, long enough to be moved to where V8 clears up last. Left to itself it lets that part grow
 * to several times of what is alive: with a thousand agents a third of all memory was garbage. Worker threads keep to it as well.
 */
export function restrainHeap(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
}
