import type { Reading } from '../experiment/meter.js';
import { OriginServer } from './origin-server.js';

/** One origin as a process, so that killing it is what it says: `origin-main.js <name> <port> <delay in ms>`. */
const REPORT_INTERVAL_MS = 50;

const [name = '', port = '', delayMs = ''] = process.argv.slice(2);
const origin = new OriginServer(name, Number(delayMs));
await origin.listen(Number(port));
report();
setInterval(report, REPORT_INTERVAL_MS);

function report(): void {
  const reading: Reading = { served: origin.served, atMs: performance.timeOrigin + performance.now() };
  process.send?.(reading);
}
