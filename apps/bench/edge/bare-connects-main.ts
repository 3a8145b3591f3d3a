import { Socket } from 'node:net';

/**
 * Connects to each of these ports of loopback once in every interval, eight together, and parts as a probe does: the least
 * that probes cost in Node.js, with nobody who judges, counts or reports.
 */
const [intervalMs = Number.NaN, ...ports] = process.argv.slice(2).map(Number);
const TOGETHER = 8;

let turn = 0;
setInterval(
  () => {
    for (let count = 0; count < TOGETHER; count += 1, turn += 1) touch(ports[turn % ports.length] ?? 0);
  },
  (TOGETHER * intervalMs) / ports.length,
);

function touch(port: number): void {
  const socket = new Socket();
  socket.on('error', () => undefined);
  socket.on('connect', () => {
    socket.resume();
    socket.end();
  });
  socket.connect({ host: '127.0.0.1', port });
}
