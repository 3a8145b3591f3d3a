import { readFileSync } from 'node:fs';

/** Prints what the test runs came to, from their own reports; fails when a test failed, was skipped, or a run had none. */
const reports = process.argv.slice(2).map((file) => JSON.parse(readFileSync(file, 'utf8')));
const sum = (figure) => reports.reduce((total, report) => total + figure(report), 0);
const passed = sum(({ numPassedTests }) => numPassedTests);
const failed = sum(({ numFailedTests }) => numFailedTests);
const skipped = sum(({ numPendingTests, numTodoTests }) => numPendingTests + numTodoTests);
const isWhole = reports.length > 0 && reports.every(({ success, numPassedTests }) => success && numPassedTests > 0);
process.stdout.write(`\n${passed} passed, ${failed} failed, ${skipped} skipped\n`);
if (!isWhole || failed > 0 || skipped > 0) process.exit(1);
