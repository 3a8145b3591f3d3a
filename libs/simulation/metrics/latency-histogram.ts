/** Each bin is so much wider than the one before; quantiles are that exact. */
const BIN_GROWTH = 1.01;
const LEAST_MS = 0.1;
const BINS = 1_200;

/** Latencies weighted by connections. The mean is exact, quantiles to a hundredth. */
export class LatencyHistogram {
  readonly #bins = new Float64Array(BINS);
  #connections = 0;
  #sumMs = 0;

  add(latencyMs: number, connections: number): void {
    const bin = Math.floor(Math.log(Math.max(LEAST_MS, latencyMs) / LEAST_MS) / Math.log(BIN_GROWTH));
    const index = Math.min(BINS - 1, bin);
    this.#bins[index] = (this.#bins[index] ?? 0) + connections;
    this.#connections += connections;
    this.#sumMs += connections * latencyMs;
  }

  /** In ms; NaN without connections. */
  mean(): number {
    return this.#sumMs / this.#connections;
  }

  /** In ms; the lower end of the bin in which the part of all connections is reached. */
  quantile(part: number): number {
    let left = part * this.#connections;
    const index = this.#bins.findIndex((connections) => (left -= connections) <= 0);
    return LEAST_MS * BIN_GROWTH ** Math.max(0, index);
  }
}
