import { normalizeAxis } from "../../kernels/broadcast.ts";
import type { Steps } from "../../kernels/context.ts";
import { type Dim, dimsEqual, formatDim, formatShape } from "../../snapshot/dims.ts";

interface Rules {
  fail(rule: string): never;
}

/**
 * Which scale belongs to which element of a tensor. Seen as [outer, size, inner], element (o, d, i) has the scale at
 * o * outerStep + floor(d / block) * step + i * innerStep.
 */
export interface Granularity {
  readonly outer: number;
  readonly size: number;
  readonly inner: number;
  readonly block: number;
  readonly outerStep: number;
  readonly step: number;
  readonly innerStep: number;
}

const productOf = (values: readonly number[]): number => values.reduce((total, value) => total * value, 1);

/** The granularity of `scale` on x: per tensor (one value), per axis (a vector), or by blocks of `blockSize` along an axis. */
export function granularityOf(
  x: readonly number[],
  scale: readonly number[],
  axis: number,
  blockSize: number,
  context: Rules,
): Granularity {
  checkScale(x, scale, axis, blockSize, context);
  const single = { outer: 1, size: 1, block: 1, outerStep: 0, step: 0, innerStep: 0 };
  if (productOf(scale) === 1) return { ...single, inner: productOf(x) };
  const at = axisOf(x.length, axis, context);
  const [outer, size, inner] = [productOf(x.slice(0, at)), x[at], productOf(x.slice(at + 1))];
  if (blockSize === 0) return { ...single, outer, size, inner, step: 1 };
  return { outer, size, inner, block: blockSize, outerStep: scale[at] * inner, step: inner, innerStep: 1 };
}

/** Elements of a stretch at most, and elements between two yields. */
const STRETCH = 1 << 14;
const YIELD_AFTER = 1 << 18;

/** Calls `visit` for stretches of elements at, at + 1, ... whose scales lie at s, s + sStep, ... (sStep 0: one for all). */
export function* eachStretch(
  { outer, size, inner, block, outerStep, step, innerStep }: Granularity,
  visit: (at: number, count: number, s: number, sStep: number) => void,
): Steps<void> {
  // along the last axis a stretch is a block, or the whole axis where each element has its own scale
  const alone = inner === 1 && block === 1;
  const length = alone ? size : inner === 1 ? Math.min(block, size) : inner;
  const sStep = alone ? step : inner === 1 ? 0 : innerStep;
  const stretches = inner === 1 ? Math.ceil(size / length) : size;
  let work = 0;
  for (let row = 0; row < outer * stretches; row++) {
    const o = Math.floor(row / stretches);
    const d = (row - o * stretches) * (inner === 1 ? length : 1);
    const s = o * outerStep + Math.floor(d / block) * step;
    const end = inner === 1 ? Math.min(length, size - d) : length;
    for (let i = 0; i < end; i += STRETCH) {
      const count = Math.min(STRETCH, end - i);
      visit((o * size + d) * inner + i, count, s + i * sStep, sStep);
      work += count + 16;
      if (work < YIELD_AFTER) continue;
      work = 0;
      yield undefined;
    }
  }
}

/** A vector has one axis, whatever the attribute says. */
function axisOf(rank: number, axis: number, context: Rules): number {
  return rank === 1 ? 0 : normalizeAxis(axis, rank, context);
}

/** Fails where the shape of a scale cannot belong to x. */
export function checkScale(
  x: readonly Dim[],
  scale: readonly Dim[],
  axis: number,
  blockSize: number,
  context: Rules,
): void {
  if (!(blockSize >= 0)) context.fail(`block_size ${blockSize} must not be negative`);
  if (scale.every((dim) => dim === 1)) return;
  const at = axisOf(x.length, axis, context);
  const expected = blockSize === 0 ? [x[at]] : x.map((dim, i) => (i === at ? blocksOf(dim, blockSize) : dim));
  const fits =
    scale.length === expected.length &&
    scale.every((dim, i) => typeof dim !== "number" || typeof expected[i] !== "number" || dim === expected[i]);
  if (fits) return;
  const how = blockSize === 0 ? `axis ${at}` : `blocks of ${blockSize} on axis ${at}`;
  const wanted = expected.map((dim) => (dim === undefined ? "?" : formatDim(dim))).join(", ");
  context.fail(
    `the scale has shape ${formatShape(scale)}, expected one value or [${wanted}] for ${how} of ${formatShape(x)}`,
  );
}

function blocksOf(dim: Dim, blockSize: number): Dim | undefined {
  return typeof dim === "number" ? Math.ceil(dim / blockSize) : undefined;
}

/** Fails unless a zero point has its scale's shape. */
export function checkZeroPoint(scale: readonly Dim[], zeroPoint: readonly Dim[] | undefined, context: Rules): void {
  if (zeroPoint === undefined) return;
  const known = [...scale, ...zeroPoint].every((dim) => typeof dim === "number");
  const same = scale.length === zeroPoint.length && scale.every((dim, i) => dimsEqual(dim, zeroPoint[i]));
  const single = [...scale, ...zeroPoint].every((dim) => dim === 1 || typeof dim !== "number");
  if (same || single || (!known && scale.length === zeroPoint.length)) return;
  context.fail(`the zero point has shape ${formatShape(zeroPoint)}, expected that of the scale, ${formatShape(scale)}`);
}
