import type { Finding } from '../experiment/verdict.js';

/** What the run showed, a promise a line. */
export function renderVerdict(findings: readonly Finding[]): string {
  const lines = findings.map(
    ({ claim, measured, isShown }) => `  ${isShown ? 'shown    ' : 'NOT SHOWN'}  ${claim}\n             ${measured}`,
  );
  return ['What the run showed:', ...lines].join('\n');
}
