import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';

/*
 * One origin: node udp-origin.mjs <first port> <last port> <address>…
 * Answers each datagram with "<its own address> <the port it came to>".
 */
const [first, last, ...addresses] = process.argv.slice(2);

for (const address of addresses)
  for (let port = Number(first); port <= Number(last); port += 1) {
    const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
    socket.on('message', (_, client) => {
      socket.send(`${address} ${port}`, client.port, client.address);
    });
    socket.bind(port, address);
    await once(socket, 'listening');
  }
process.stdout.write('listening\n');
