import { expect, it } from "vitest";
import { errorFunction } from "./error-function.ts";

it("gives the error function to 1e-14", () => {
  const known: readonly (readonly [number, number])[] = [
    [1e-300, 1.1283791670955126e-300],
    [0.1, 0.1124629160182849],
    [1, 0.8427007929497149],
    [2.4, 0.9993114861033549],
    [2.6, 0.9997639655834707],
    [5.5, 0.9999999999999927],
    [7, 1],
    [Infinity, 1],
  ];
  for (const [x, y] of known) {
    expect(Math.abs(errorFunction(x) / y - 1), `erf(${x})`).toBeLessThan(1e-14);
    expect(errorFunction(-x)).toBe(-errorFunction(x));
  }
  expect(errorFunction(NaN)).toBeNaN();
  expect(errorFunction(-0)).toBe(-0);
});
