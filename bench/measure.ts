/** Times of runs in milliseconds, with their median. */
export interface Timing {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly runs: number;
}

/**
 * Times several pieces of work against each other: all in turn, round after round, so that what disturbs the machine disturbs all alike.
 * The first two rounds warm up and are not counted. `before` runs ahead of each and is not timed.
 */
export async function measureInterleaved(
  works: readonly (() => Promise<unknown>)[],
  rounds: number,
  before: () => void = () => {},
): Promise<Timing[]> {
  const times: number[][] = works.map(() => []);
  for (let round = -2; round < rounds; round++) {
    for (const [i, work] of works.entries()) {
      before();
      const start = performance.now();
      await work();
      if (round >= 0) times[i].push(performance.now() - start);
    }
  }
  return times.map(timingOf);
}

function timingOf(times: readonly number[]): Timing {
  const sorted = [...times].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { median, min: sorted[0], max: sorted[sorted.length - 1], runs: sorted.length };
}
