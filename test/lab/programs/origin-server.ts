import { createServer } from 'node:net';

/*
 * One origin: node origin-server.mjs <port> <address>…
 * Answers each line it gets with "<its own address> <the address it sees the connection come from>".
 */
const [port, ...addresses] = process.argv.slice(2);

let listening = 0;
for (const address of addresses) {
  const server = createServer((socket) => {
    // Health checks and clients of killed tests break connections off.
    socket.on('error', () => undefined);
    socket.on('data', () => socket.write(`${address} ${String(socket.remoteAddress)}\n`));
  });
  server.listen({ host: address, port: Number(port), backlog: 4_096 }, () => {
    listening += 1;
    if (listening === addresses.length) process.stdout.write('listening\n');
  });
}
