import { describe, expect, test } from "vitest";
import type { Steps } from "../../kernels/context.ts";
import { makeFft, radicesOf } from "./fft.ts";

function finish<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

function signal(n: number): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => Math.sin(i * i + 1) + (i % 3));
}

/** The definition, with each angle reduced before it is used. */
function slowTransform(re: Float64Array, im: Float64Array, sign: number): [Float64Array, Float64Array] {
  const n = re.length;
  const outRe = new Float64Array(n);
  const outIm = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    for (let i = 0; i < n; i++) {
      const angle = (2 * Math.PI * ((i * k) % n)) / n;
      const [c, s] = [Math.cos(angle), sign * Math.sin(angle)];
      outRe[k] += re[i] * c - im[i] * s;
      outIm[k] += re[i] * s + im[i] * c;
    }
  }
  return [outRe, outIm];
}

const LENGTHS = [
  1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 16, 17, 19, 30, 34, 64, 97, 100, 128, 210, 256, 257, 400, 480, 509,
];

describe("makeFft", () => {
  test.each(LENGTHS)("gives what the definition gives for length %d", (n) => {
    for (const sign of [1, -1] as const) {
      const [re, im] = [signal(n), signal(n).reverse()];
      const [expectedRe, expectedIm] = slowTransform(re, im, sign);
      finish(finish(makeFft(n, sign)).run(re, im));
      for (let k = 0; k < n; k++) {
        expect(Math.abs(re[k] - expectedRe[k])).toBeLessThan(1e-12 * n);
        expect(Math.abs(im[k] - expectedIm[k])).toBeLessThan(1e-12 * n);
      }
    }
  });

  test.each([1 << 16, 99991, 100000])("comes back from a transform of length %d", (n) => {
    const [re, im] = [signal(n), new Float64Array(n)];
    const before = re.slice();
    finish(finish(makeFft(n, -1)).run(re, im));
    finish(finish(makeFft(n, 1)).run(re, im));
    for (let i = 0; i < n; i += 97) expect(re[i] / n).toBeCloseTo(before[i], 10);
  });

  test("may run many times", () => {
    const fft = finish(makeFft(34, -1));
    const [re, im] = [signal(34), new Float64Array(34)];
    const [again, zeros] = [re.slice(), im.slice()];
    finish(fft.run(re, im));
    finish(fft.run(again, zeros));
    expect(again).toEqual(re);
    expect(zeros).toEqual(im);
  });
});

test("radicesOf takes fours, then primes in order", () => {
  expect(radicesOf(480)).toEqual([4, 4, 2, 3, 5]);
  expect(radicesOf(1)).toEqual([]);
  expect(radicesOf(49 * 9973)).toEqual([7, 7, 9973]);
});
