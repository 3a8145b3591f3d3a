import { fileURLToPath } from 'node:url';
import { measureFleet } from '../agents/measure-fleet.js';

/** One control plane with so many agents, in a process of its own. */
const program = fileURLToPath(new URL('../../../bundles/control-plane/main.js', import.meta.url));
const [agents = 1_000, publications = 5] = process.argv.slice(2).map(Number);
process.stdout.write(`${JSON.stringify(await measureFleet({ program, agents, publications, cycleSeconds: 15 }))}\n`);
