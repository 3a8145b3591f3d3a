/** The import rules of docs/architecture.md. Each `from` may not reach each `to`, directly or through others. */
const reach = (name, comment, from, to) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from, pathNot: '\\.spec\\.ts$' },
  to: { path: to, reachable: true },
});
const direct = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

module.exports = {
  forbidden: [
    direct('all-imports-resolve', 'An import that is not found is not checked either.', {}, { couldNotResolve: true }),
    direct('no-cycles', 'A cycle has no first file to read.', {}, { circular: true }),
    reach('core-imports-nothing-of-ours', 'The domain is pure.', '^libs/core/', '^(apps|edge-agent|libs/(?!core/))'),
    direct(
      'core-does-no-io',
      'No I/O, no framework, no library in the domain.',
      { path: '^libs/core/', pathNot: '\\.spec\\.ts$' },
      { dependencyTypes: ['core', 'npm', 'npm-dev'] },
    ),
    direct(
      'contracts-import-only-their-schema-library',
      'Both ends of the agent channel depend on them.',
      { path: '^libs/contracts/', pathNot: '\\.spec\\.ts$' },
      { pathNot: '^(libs/contracts/|node_modules/zod/)' },
    ),
    reach(
      'solver-reaches-only-core',
      'Adapters do not know each other.',
      '^libs/solver/',
      '^(apps|edge-agent|libs/(?!core/|solver/))',
    ),
    reach(
      'storage-reaches-only-core',
      'Adapters do not know each other.',
      '^libs/storage/',
      '^(apps|edge-agent|libs/(?!core/|storage/))',
    ),
    reach(
      'telemetry-reaches-only-core-and-contracts',
      'Agents report in the words of the contracts; adapters do not know each other.',
      '^libs/telemetry/',
      '^(apps|edge-agent|libs/(?!core/|telemetry/|contracts/))',
    ),
    reach(
      'edge-agent-stands-alone',
      'The agent runs as root on every edge: no framework, no database, nothing of the control plane.',
      '^edge-agent/',
      '^(apps|libs/(storage|solver|core)/|node_modules/(@nestjs|typeorm))',
    ),
    reach(
      'simulation-reaches-only-core-and-solver',
      'It plays a world against the real decision, and draws nothing itself.',
      '^libs/simulation/',
      '^(apps|edge-agent|libs/(?!core/|solver/|simulation/))',
    ),
    direct(
      'simulation-does-no-io',
      'Same scenario, same seed, same answer.',
      { path: '^libs/simulation/', pathNot: '\\.spec\\.ts$' },
      { dependencyTypes: ['core', 'npm', 'npm-dev'] },
    ),
    reach(
      'benchmark-reaches-only-core',
      'What others are measured against knows none of them.',
      '^libs/benchmark/',
      '^(apps|edge-agent|libs/(?!core/|benchmark/))',
    ),
    direct(
      'product-does-without-the-benchmark',
      'References and example fleets are for the benchmark and for tests.',
      { path: '^(apps/(?!bench/)|edge-agent|libs/(?!benchmark/|testkit/))', pathNot: '\\.spec\\.ts$' },
      { path: '^libs/benchmark/' },
    ),
    reach(
      'charts-import-nothing-of-ours',
      'They draw what they are told.',
      '^libs/charts/',
      '^(apps|edge-agent|libs/(?!charts/))',
    ),
    reach(
      'client-imports-nothing-of-ours',
      'It knows the API by its document alone, as anybody else would.',
      '^libs/client/',
      '^(apps|edge-agent|libs/(?!client/))',
    ),
    reach('nothing-imports-apps', 'Apps are the ends of the import graph.', '^(libs|edge-agent)/', '^apps/'),
    direct(
      'apps-do-not-import-each-other',
      'An app starts another as a process; only the benchmark measures the worker thread itself, in a heap like its own, and weir becomes one.',
      { path: '^apps/([^/]+)/', pathNot: '^apps/weir/' },
      { path: '^apps/', pathNot: '^apps/($1/|control-plane/(scheduler/worker-decider|heap))' },
    ),
    reach(
      'console-reaches-only-the-client',
      'It runs in a browser, and knows the API by its document, as weirctl does.',
      '^apps/console/src/',
      '^(apps/(?!console/src/)|edge-agent|libs/(?!client/))',
    ),
    direct(
      'only-wiring-constructs-adapters',
      'Adapters are chosen in few places: main.ts, a command, a worker entry, or a Nest module.',
      { path: '^apps/control-plane/', pathNot: '(main|generate-openapi|-commands|\\.module|-worker|\\.spec)\\.ts$' },
      { path: '^libs/(solver|storage)/', dependencyTypesNot: ['type-only'] },
    ),
    direct(
      'not-to-testkit',
      'Fakes stay in tests.',
      { path: '^(apps|edge-agent|libs/(?!testkit/))', pathNot: '\\.spec\\.ts$' },
      { path: '^(libs/testkit|test)/' },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'require', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.json'],
    },
  },
};
