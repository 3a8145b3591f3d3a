import { it } from 'vitest';
import fc from 'fast-check';
import { problems } from '#testkit/problem-arbitraries.js';
import { bestSavingMs } from '#testkit/optimality.js';
import { LinearProgramSolver } from './linear-program-solver.js';
it('rate', { timeout: 300000 }, () => {
  const solver = new LinearProgramSolver();
  for (const size of [{balancers:1,edges:1,origins:2},{ balancers: 2, edges: 3, origins: 4 },{balancers:3,edges:8,origins:6},{balancers:4,edges:16,origins:8},{balancers:10,edges:20,origins:4}]) {
    let bad = 0, n = 0, slowest = 0; const t = Date.now(); let failed = 0;
    for (const p of fc.sample(problems(size), { numRuns: size.balancers > 4 ? 300 : size.edges > 3 ? 4000 : 20000, seed: 11 })) {
      n++;
      const t0 = performance.now();
      try { const s = solver.solve(p); 
      slowest = Math.max(slowest, performance.now() - t0);
      const total = p.pairs.reduce((a, q) => a + q.demand, 0);
      if (bestSavingMs(p, s.shares, { share: 1e-4, flow: 1e-9 * total, savingMs: 1e-3 }) > 0) bad++; } catch { failed++; }
    }
    process.stdout.write(JSON.stringify({ size, n, bad, failed, slowest, ms: Date.now() - t }) + '\n');
  }
});
