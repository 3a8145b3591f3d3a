/** When what happens, in cycles of the run, counted from 1. */
export interface Timeline {
  readonly cycleSeconds: number;
  readonly cycles: number;
  readonly loadFrom: number;
  /** `null`: the script leaves the near origin alone. */
  readonly killNearAt: number | null;
  readonly reviveNearAt: number | null;
}

/** Relief takes a few cycles; what is left until the kill is for holding. Filled again at two points a cycle, half takes 25. */
export const STANDARD_TIMELINE: Timeline = {
  cycleSeconds: 1,
  cycles: 85,
  loadFrom: 6,
  killNearAt: 46,
  reviveNearAt: 54,
};

/** The same story in half the time: shorter cycles, and no more of them than the promises need. */
export const QUICK_TIMELINE: Timeline = {
  cycleSeconds: 0.5,
  cycles: 80,
  loadFrom: 4,
  killNearAt: 44,
  reviveNearAt: 51,
};

export type ScriptedAction = 'start-load' | 'kill-near' | 'revive-near';

/** What the script wants done before this cycle. */
export function actionsBefore(cycle: number, timeline: Timeline): readonly ScriptedAction[] {
  const script: readonly (readonly [number | null, ScriptedAction])[] = [
    [timeline.loadFrom, 'start-load'],
    [timeline.killNearAt, 'kill-near'],
    [timeline.reviveNearAt, 'revive-near'],
  ];
  return script.flatMap(([at, action]) => (at === cycle ? [action] : []));
}
