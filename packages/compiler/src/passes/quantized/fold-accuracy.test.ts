import { doubles, GraphBuilder, type Snapshot, type Tensor, tensorFrom, tensorType } from "@hodu/core";
import fc from "fast-check";
import { expect, it } from "vitest";
import { ops, runPass } from "../../testing/run-pass.ts";
import { runNodes } from "../../testing/same-results.ts";
import { foldQuantization } from "../fold-quantization.ts";

/** A product of bytes between quantisations, with a scale and a bias for each column. */
interface Drawn {
  readonly rows: number;
  readonly places: number;
  readonly columns: number;
  readonly seed: number;
  readonly scaleX: number;
  readonly scaleW: number;
  /** About how many steps of the result there are between its middle and what most results are within. */
  readonly spread: number;
  readonly zeroX: number;
  readonly zeroY: number;
}

const whole = (least: number, most: number) => fc.integer({ min: least, max: most });
const scale = fc.float({ min: Math.fround(1e-3), max: 1, noNaN: true });
const drawn: fc.Arbitrary<Drawn> = fc.record({
  rows: whole(1, 16),
  places: whole(1, 300),
  columns: whole(1, 24),
  seed: whole(1, 1e6),
  scaleX: scale,
  scaleW: scale,
  spread: fc.float({ min: 8, max: 80, noNaN: true }),
  zeroX: whole(0, 255),
  zeroY: whole(100, 150),
});

function wholeNumbers(seed: number, count: number, least: number, most: number): readonly number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return least + Math.floor((state / 2 ** 32) * (most - least + 1));
  });
}

/** The scales of columns: those of weights, and those of biases, which are the first times the scale of x. */
function scalesOf({ columns, scaleX, scaleW }: Drawn): readonly (readonly [weight: number, bias: number])[] {
  return Array.from({ length: columns }, (_, i) => {
    const own = Math.fround(scaleW * (1 + (i % 4)));
    return [own, Math.fround(own * scaleX)];
  });
}

/**
 * An even number of steps of a product, so that many results are a rounding away from the middle of two integers; sums of so many products
 * of drawn bytes lie about so far from 0.
 */
const scaleYOf = ({ places, scaleX, scaleW, spread }: Drawn): number =>
  Math.fround(Math.fround(scaleX * scaleW) * 2 * Math.ceil((3000 * Math.sqrt(places)) / spread));

const xOf = ({ seed, rows, places }: Drawn) => wholeNumbers(seed, rows * places, 0, 255);
const wOf = ({ seed, places, columns }: Drawn) => wholeNumbers(seed + 1, places * columns, -127, 127);
const biasOf = ({ seed, columns }: Drawn) => wholeNumbers(seed + 2, columns, -9999, 9999);

/** x is [1, places, rows, 1], w [columns, places, 1, 1]. */
function convolution(from: Drawn): Snapshot {
  const { rows, places, columns, scaleX, zeroX, zeroY } = from;
  const graph = new GraphBuilder("g");
  const weight = (name: string, dtype: Tensor["dtype"], dims: readonly number[], values: readonly number[]) =>
    graph.weight(name, tensorFrom(dtype, dims, [...values]));
  const scales = scalesOf(from);
  const x = graph.input("x", tensorType("u8", [1, places, rows, 1]));
  const xScale = weight("xs", "f32", [], [scaleX]);
  const floats = graph.node("DequantizeLinear", [x, xScale, weight("xz", "u8", [], [zeroX])])[0];
  const w = weight("w", "i8", [columns, places, 1, 1], wOf(from));
  const wScale = weight(
    "ws",
    "f32",
    [columns],
    scales.map(([own]) => own),
  );
  const bScale = weight(
    "bs",
    "f32",
    [columns],
    scales.map(([, own]) => own),
  );
  const filters = graph.node("DequantizeLinear", [w, wScale], { axis: 0 })[0];
  const bias = graph.node("DequantizeLinear", [weight("b", "i32", [columns], biasOf(from)), bScale], { axis: 0 })[0];
  const sum = graph.node("Conv", [floats, filters, bias])[0];
  const [yScale, yZero] = [weight("ys", "f32", [], [scaleYOf(from)]), weight("yz", "u8", [], [zeroY])];
  graph.output(graph.node("QuantizeLinear", [sum, yScale, yZero])[0]);
  return graph.build();
}

/** What the model says, computed in double, before it is rounded to an integer: [columns, rows]. */
function exactOf(from: Drawn): readonly number[] {
  const { rows, places, columns, scaleX, zeroX, zeroY } = from;
  const [x, w, bias, scales] = [xOf(from), wOf(from), biasOf(from), scalesOf(from)];
  return Array.from({ length: columns * rows }, (_, i) => {
    const [column, row] = [Math.floor(i / rows), i % rows];
    let sum = 0;
    for (let place = 0; place < places; place++) sum += (x[place * rows + row] - zeroX) * w[column * places + place];
    const [own, ofBias] = scales[column];
    const result = (sum * scaleX * own + bias[column] * ofBias) / scaleYOf(from) + zeroY;
    return Math.min(255, Math.max(0, result));
  });
}

/** Of an integer's step: what three roundings in f32 move a result within 256 steps by at most. */
const MOVED = 2 ** -14;

it("gives the integer nearest to the exact result, or the other one where that is less than roundings of f32 from the middle of both", async () => {
  let differing = 0;
  await fc.assert(
    fc.asyncProperty(drawn, async (from) => {
      const given = convolution(from);
      const folded = await runPass(given, foldQuantization);
      expect(ops(folded)).toContain("QLinearConv");
      const x = new Map([["x", tensorFrom("u8", [1, from.places, from.rows, 1], [...xOf(from)])]]);
      const [integers, floats] = [folded, given].map((model) => doubles(runNodes(model, x)[0] as Tensor));
      exactOf(from).forEach((exact, i) => {
        const [own, others] = [integers, floats].map((found) => Math.abs(found[i] - exact));
        expect(own).toBeLessThanOrEqual(0.5 + MOVED);
        expect(own).toBeLessThanOrEqual(others + 2 * MOVED);
        if (integers[i] !== floats[i]) differing++;
      });
    }),
    { numRuns: 200 },
  );
  // sums of f32 are as far from the exact ones: the models are drawn so that this shows
  expect(differing).toBeGreaterThan(0);
}, 120_000);
