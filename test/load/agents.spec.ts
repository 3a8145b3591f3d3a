import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { measureFleet } from '../../apps/bench/agents/measure-fleet.js';
import { isLong } from '#testkit/thoroughness.js';

const PROGRAM = fileURLToPath(new URL('../../dist/bundles/control-plane/main.js', import.meta.url));
const AGENTS = isLong ? 1_000 : 50;

it(`${AGENTS} agents have what is published, and all come back after the control plane was killed`, async () => {
  const figures = await measureFleet({
    program: PROGRAM,
    agents: AGENTS,
    publications: isLong ? 5 : 1,
    // The first cycle of a control plane that comes back is one after the last.
    cycleSeconds: isLong ? 15 : 3,
  });
  process.stderr.write(`${JSON.stringify(figures)}\n`);
  expect(figures.publicationP99Ms).toBeLessThan(isLong ? 1_000 : 5_000);
  expect(figures.residentMiB).toBeLessThan(400);
  const failed = Object.keys(figures.statuses).filter(
    (answer) => /[45]\d\d$/.test(answer) && !/(429|503)$/.test(answer),
  );
  expect(failed).toEqual([]);
});
