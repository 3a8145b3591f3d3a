// Users for the tutorial: so many new connections a second, and once a second who answered them.
//   node docs/tutorial/users.mjs 7080 150
import { get } from 'node:http';

const [port, perSecond] = process.argv.slice(2).map(Number);
const TICK_MS = 20;
let answers = {};
let sent = 0;

function count(who) {
  answers[who] = (answers[who] ?? 0) + 1;
}

function ask() {
  // Without keep-alive each request is a connection, and connections are what Weir counts.
  get({ port, host: '127.0.0.1', agent: false }, async (response) => {
    let body = '';
    for await (const part of response) body += part;
    count(body.trim());
  }).on('error', () => count('nobody'));
}

// By the clock: timers of a busy machine come late.
const startedMs = performance.now();
setInterval(() => {
  for (const due = ((performance.now() - startedMs) / 1000) * perSecond; sent < due; sent += 1) ask();
}, TICK_MS);

setInterval(() => {
  const parts = Object.entries(answers).sort();
  process.stdout.write(`${parts.map(([who, times]) => `${who} ${times}`).join('   ')}\n`);
  answers = {};
}, 1000);
