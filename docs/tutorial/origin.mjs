// A server for the tutorial: answers after a while, and says who it is.
//   node docs/tutorial/origin.mjs near 9001 5
import { createServer } from 'node:http';

const [name, port, delayMs] = process.argv.slice(2);
createServer((request, response) => {
  setTimeout(() => response.end(`${name}\n`), Number(delayMs));
}).listen(Number(port), '127.0.0.1', () => {
  process.stdout.write(`${name} answers on port ${port} after ${delayMs} ms\n`);
});
