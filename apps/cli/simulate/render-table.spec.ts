import { simulate } from '#simulation/run/simulate.js';
import { schedulerRestart } from '#simulation/scenarios/scheduler-restart.js';
import { createAssignmentSolver } from '#solver/create-assignment-solver.js';
import { describe, expect, it } from 'vitest';
import { renderScenario } from './render-table.js';
import { resultDocument } from './result-document.js';

const result = simulate(
  { ...schedulerRestart, durationSeconds: 60, targets: [] },
  { policies: ['nearest', 'weir'], seed: 1, createSolver: createAssignmentSolver },
);

describe('renderScenario', () => {
  const [title, header, ...rows] = renderScenario(result).split('\n');

  it('aligns a line for each policy, the optimum last', () => {
    expect(title).toBe('scheduler-restart: the scheduler is away for a minute');
    const table = rows.slice(0, 3);
    expect(table.map((row) => row.split(' ')[0])).toEqual(['nearest', 'weir', 'optimum']);
    expect(new Set([header, ...table].map((row) => row?.length)).size).toBe(1);
  });

  it('judges no moves of the optimum, and no promises of those who made none', () => {
    expect(rows[2]?.match(/–/g)).toHaveLength(6);
    expect(rows[0]?.trimEnd().endsWith('–')).toBe(true);
  });

  it('says what targets came to', () => {
    expect(rows[3]).toBe('  met     Weir keeps the damping contract: no breach');
  });
});

it('documents the same as plain data', () => {
  const document = resultDocument(1, [result]);
  expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  expect(Object.keys(document.scenarios[0]!.scores)).toEqual(['nearest', 'weir']);
});
