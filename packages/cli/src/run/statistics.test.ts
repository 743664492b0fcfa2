import { expect, test } from "vitest";
import { statisticsOf } from "./statistics.ts";

test("statistics are those of numpy", () => {
  // numpy: mean, std(ddof=1), min, max, percentile([50, 95, 99]).
  const found = statisticsOf([4, 1, 3, 2, 10]);
  expect(found.mean).toBe(4);
  expect(found.std).toBeCloseTo(3.5355339, 6);
  expect([found.min, found.max, found.p50]).toEqual([1, 10, 3]);
  expect(found.p95).toBeCloseTo(8.8, 12);
  expect(found.p99).toBeCloseTo(9.76, 12);
});

test("one time is all of its statistics, and deviates by nothing", () => {
  expect(statisticsOf([7])).toEqual({ mean: 7, std: 0, min: 7, max: 7, p50: 7, p95: 7, p99: 7 });
});
