import { createAssignmentSolver } from '#solver/create-assignment-solver.js';
import { describe, expect, it } from 'vitest';
import type { PolicyName } from '../policies/policy.js';
import { schedulerRestart } from '../scenarios/scheduler-restart.js';
import { simulate } from '../run/simulate.js';
import { scenarioChart } from './scenario-chart.js';
import { strongestRival } from './strongest-rival.js';

const play = (policies: readonly PolicyName[]) =>
  simulate({ ...schedulerRestart, durationSeconds: 420 }, { policies, seed: 1, createSolver: createAssignmentSolver });

describe('scenarioChart', () => {
  it('shows Weir beside its strongest rival, with what happened', () => {
    const result = play(['nearest', 'greedy-damped', 'weir']);
    expect(strongestRival(result.runs)).toBe('greedy-damped');
    const chart = scenarioChart(result);
    expect(chart.title).toBe('scheduler-restart: the scheduler is away for a minute');
    expect(chart.panels.map(({ name }) => name)).toEqual([
      'Weir: connections/s',
      'greedy-damped: connections/s',
      expect.stringMatching(/^share at (ams|nyc|sin) in %$/),
    ]);
    expect(chart.timeAxis).toEqual({ name: 'time in minutes', max: 7 });
    expect(chart.marks.map(({ label }) => label)).toEqual(['scheduler stops', 'scheduler starts']);
    const [load, limit] = chart.panels[0]!.lines.filter(({ name }) => name === 'eu');
    expect([load!.look, limit!.look]).toEqual(['line', 'limit']);
    expect(limit!.points.every(([, value]) => value === 400)).toBe(true);
    const mean = load!.points.reduce((sum, [, value]) => sum + value, 0) / load!.points.length;
    expect(mean / 400).toBeCloseTo(1, 1);
  });

  it('is drawn of Weir alone, and of a rival alone', () => {
    expect(scenarioChart(play(['weir'])).panels).toHaveLength(2);
    expect(scenarioChart(play(['nearest'])).panels.map(({ name }) => name)).toEqual([
      'nearest: connections/s',
      expect.stringContaining('share at'),
    ]);
  });
});
