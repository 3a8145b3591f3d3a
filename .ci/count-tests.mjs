import { readFileSync } from 'node:fs';

/** Prints what the test run came to, from its own report; fails when a test failed, was skipped, or none ran. */
const report = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const { numPassedTests: passed, numFailedTests: failed, numPendingTests: pending, numTodoTests: todo } = report;
const skipped = pending + todo;
process.stdout.write(`\n${passed} passed, ${failed} failed, ${skipped} skipped\n`);
if (!report.success || passed === 0 || failed > 0 || skipped > 0) process.exit(1);
