import { createServer, type AddressInfo, type Socket } from 'node:net';

/**
 * What is forwarded to: a client that sends `s` gets bytes without end, any other one byte back. Says its port on the first
 * line.
 */
const CHUNK = Buffer.alloc(256 * 1_024);

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => undefined);
  socket.once('data', (asked) => {
    if (asked.toString() === 's') pour(socket);
    else socket.end('x');
  });
});
server.listen(0, '127.0.0.1', 4_096, () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});

function pour(socket: Socket): void {
  while (socket.write(CHUNK));
  socket.once('drain', () => {
    pour(socket);
  });
}
