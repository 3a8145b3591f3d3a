import { fileURLToPath } from 'node:url';
import { expect, inject, it } from 'vitest';
import { measureFleet } from '../../apps/bench/agents/measure-fleet.js';

const isLong = inject('thoroughness') === 'long';
const PROGRAM = fileURLToPath(new URL('../../dist/apps/control-plane/main.js', import.meta.url));
const AGENTS = isLong ? 1_000 : 50;

it(`${AGENTS} agents have what is published, and all come back after the control plane was killed`, async () => {
  const figures = await measureFleet({
    program: PROGRAM,
    agents: AGENTS,
    publications: isLong ? 5 : 1,
    cycleSeconds: 15,
  });
  process.stderr.write(`${JSON.stringify(figures)}\n`);
  expect(figures.publicationP99Ms).toBeLessThan(isLong ? 1_000 : 5_000);
  expect(figures.residentMiB).toBeLessThan(400);
  const failed = Object.keys(figures.statuses).filter(
    (answer) => /[45]\d\d$/.test(answer) && !/(429|503)$/.test(answer),
  );
  expect(failed).toEqual([]);
});
