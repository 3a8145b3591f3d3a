/** New connections per second at a time in seconds; asked for times before 0 as well, while the world warms up. */
export type DemandCurve = (timeSeconds: number) => number;

export function constant(ratePerSecond: number): DemandCurve {
  return () => ratePerSecond;
}

/** Straight lines through the points, level before the first and after the last. Two points at one time are a step. */
export function throughPoints(points: readonly (readonly [timeSeconds: number, ratePerSecond: number])[]): DemandCurve {
  return (timeSeconds) => {
    const next = points.findIndex(([time]) => time > timeSeconds);
    if (next === 0) return points[0]?.[1] ?? 0;
    const [fromTime, fromRate] = points[(next === -1 ? points.length : next) - 1] ?? [0, 0];
    if (next === -1) return fromRate;
    const [toTime, toRate] = points[next] ?? [fromTime, fromRate];
    return fromRate + ((toRate - fromRate) * (timeSeconds - fromTime)) / (toTime - fromTime);
  };
}

/** `before` until the time, `after` from then on. */
export function step(before: number, atSeconds: number, after: number): DemandCurve {
  return throughPoints([
    [atSeconds, before],
    [atSeconds, after],
  ]);
}

const BUSIEST_HOUR = 20;
const DAY_SECONDS = 86_400;

/** A day at a longitude (degrees): busiest at 20 h local solar time, `swing` (0..1) above and below the mean. Time 0 is 0 h UTC. */
export function diurnal(meanPerSecond: number, swing: number, longitude: number): DemandCurve {
  return (timeSeconds) => {
    const localHours = (timeSeconds / DAY_SECONDS) * 24 + longitude / 15;
    return meanPerSecond * (1 + swing * Math.cos((2 * Math.PI * (localHours - BUSIEST_HOUR)) / 24));
  };
}
