import { defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';

/** Subpath imports (`#core/…`) resolve to the sources; without this the tests would silently run against an old build. */
const conditions = ['source', ...defaultServerConditions];

const project = (name: string, include: string[], extra: object = {}) => ({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: { name, include, environment: 'node', ...extra },
});

/**
 * Modules are loaded once for all files of a worker: nothing but a test's own objects has state, and to load them anew for
 * each of three hundred files takes longer than the tests. Two workers, however many cores there are left.
 */
const computing = { isolate: false, maxWorkers: 2, testTimeout: 120_000, hookTimeout: 120_000 };

/** Tests that start processes or real servers. What hangs ends here; what is only slow does not. */
const timeouts = { pool: 'forks' as const, testTimeout: 180_000, hookTimeout: 300_000 };

/** What measures rates, or how long something takes, has the two cores to itself: one file at a time. */
const realParts = { ...timeouts, fileParallelism: false };

/** What mostly waits for its processes, its browser or its kernel: two files at a time. */
const waiting = { ...timeouts, maxWorkers: 2, sequence: { groupOrder: 1 } };

/** Stories of a loop under paced load, and what telemetry makes of counters. They are judged by rates. */
const STORIES = ['loop', 'operators', 'prometheus', 'survival'].map((name) => `test/e2e/${name}.spec.ts`);
const RATES = [...STORIES, 'test/contract/telemetry-source.spec.ts'];

/** Faults that are judged by how soon something is answered. */
const TIMED_FAULTS = ['many-load-balancers', 'paused-postgres'].map((name) => `test/fault/${name}.spec.ts`);

/** What has a length is played briefly in `npm test`, and at length by a script of its own. */
const briefly = { provide: { thoroughness: 'short' as const } };
const atLength = { provide: { thoroughness: 'long' as const }, testTimeout: 3_600_000 };

/** One throw-away PostgreSQL for the whole run. */
const postgres = { globalSetup: ['libs/testkit/postgres-setup.ts'] };
const withPostgres = { ...realParts, ...postgres };

export default defineConfig({
  test: {
    // CI counts what really ran.
    reporters:
      process.env['CI'] === undefined
        ? ['default']
        : ['default', ['json', { outputFile: process.env['TEST_RESULTS'] ?? 'test-results.json' }]],
    projects: [
      project('unit', ['libs/**/*.spec.ts', 'apps/**/*.spec.ts', 'edge-agent/**/*.spec.ts'], computing),
      project('contract', ['test/contract/**/*.spec.ts'], { ...waiting, ...postgres, exclude: RATES }),
      project('e2e', ['test/e2e/**/*.spec.ts'], { ...waiting, ...postgres, exclude: RATES }),
      project('story', RATES, realParts),
      project('fuzz', ['test/fuzz/*.spec.ts'], { ...waiting, ...briefly }),
      project('fuzz-long', ['test/fuzz/*.spec.ts'], { ...realParts, ...atLength }),
      project('fault', ['test/fault/*.spec.ts'], {
        ...waiting,
        ...postgres,
        ...briefly,
        testTimeout: 300_000,
        exclude: TIMED_FAULTS,
      }),
      project('timed-fault', TIMED_FAULTS, { ...realParts, ...briefly, testTimeout: 300_000 }),
      project('fault-long', ['test/fault/*.spec.ts'], { ...withPostgres, ...atLength }),
      project('load', ['test/load/*.spec.ts'], { ...realParts, ...briefly }),
      project('load-long', ['test/load/*.spec.ts'], { ...realParts, ...atLength }),
      project('lab', ['test/lab/*.spec.ts'], { ...waiting, testTimeout: 300_000 }),
      // Chromium in front of the built console.
      project('browser', ['test/browser/*.spec.ts'], waiting),
      // The console with a fleet, measured, minutes long: `npm run bench:console` runs it, `npm test` does not.
      project('fleet', ['test/browser/fleet/*.spec.ts'], { ...realParts, testTimeout: 300_000 }),
      // Makes pictures rather than judges: `npm run pictures` runs it, `npm test` does not.
      project('pictures', ['test/browser/pictures/*.spec.ts'], realParts),
      // Whole scenarios on the lab's network, minutes long: `npm run lab` runs them, `npm test` does not.
      project('network', ['test/lab/network/*.spec.ts'], { ...realParts, testTimeout: 300_000 }),
      // The package as it is installed, and every Node it runs on: `npm run test:package`, `npm run test:nodes`.
      project('package', ['test/package/*.spec.ts'], { ...realParts, testTimeout: 300_000, hookTimeout: 1_200_000 }),
      project('nodes', ['test/nodes/*.spec.ts'], { ...realParts, hookTimeout: 600_000 }),
      // Records what docs show of weirctl: `npm run record`.
      project('record', ['test/record/*.spec.ts'], realParts),
      // What is measured rather than tested, minutes long: `npm run lab` runs it, `npm test` does not.
      project('measure', ['test/lab/measure/*.spec.ts'], { ...realParts, testTimeout: 900_000 }),
    ],
  },
});
