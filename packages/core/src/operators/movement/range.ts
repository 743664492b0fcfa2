import { type DType, isWidened } from "../../dtypes/dtypes.ts";
import type { InferContext } from "../../inference/context.ts";
import type { Steps } from "../../kernels/context.ts";
import { rangePoints } from "../../lowering/made-points.ts";
import { type Dim, formatShape, isNonNegative, subDims } from "../../snapshot/dims.ts";
import { bigints, scalar, tensorFrom } from "../../tensors/elements.ts";
import { elementCount, type Tensor } from "../../tensors/tensor.ts";
import { tensorType } from "../../tensors/values.ts";
import { int } from "../attributes.ts";
import { withoutAttributes } from "../edit-node.ts";
import { defineOperator, required } from "../operator.ts";
import { REAL_11, REAL_27 } from "../type-sets.ts";

/** start + i * delta for i from 0 while it is before limit, a vector. ONNX Range. */
export const range = defineOperator({
  name: "Range",
  versions: [
    { since: 27 },
    {
      since: 11,
      types: { T: REAL_11 },
      attributes: {},
      changed: "f16 and bf16, and how they are computed",
      downgrade: (node) => withoutAttributes(node, "stash_type"),
    },
  ],
  inputs: [required("start", "T"), required("limit", "T"), required("delta", "T")],
  outputs: [required("output", "T")],
  types: { T: REAL_27 },
  attributes: { stash_type: int({ default: 1 }) },
  infer(context) {
    const dtype = context.dtype(0);
    if (dtype === undefined) return [undefined];
    const [start, limit, delta] = [0, 1, 2].map((i) => context.constant(i));
    if (start !== undefined && limit !== undefined && delta !== undefined) {
      return [tensorType(dtype, [rangeLength(start, limit, delta, context)])];
    }
    return [tensorType(dtype, [symbolicLength(context) ?? context.fresh()])];
  },
  reference: function* (inputs, _attributes, context) {
    const [start, limit, delta] = inputs as Tensor[];
    const { dtype } = start;
    const count = rangeLength(start, limit, delta, context);
    if (dtype === "i64") {
      const out = context.bigOutput(dtype, [count]);
      const [first, step] = [bigints(start)[0], bigints(delta)[0]];
      yield* inChunks(count, (i) => {
        out.data[i] = first + BigInt(i) * step;
      });
      return [out.tensor()];
    }
    const out = context.output(dtype, [count]);
    const [first, step] = [scalar(start), scalar(delta)];
    const inSingle = stepsInSingle(dtype) && !context.wide;
    yield* inChunks(count, (i) => {
      out.data[i] = inSingle ? first + Math.fround(i * step) : first + i * step;
    });
    return [yield* out.rounded()];
  },
  lower: rangePoints,
  accuracy: "rounding",
  samples: () => [
    {
      inputs: [3, 9, 3].map((value) => tensorFrom("f32", [], [value])),
      outputs: [tensorFrom("f32", [2], [3, 6])],
    },
    {
      inputs: [10, 4, -2].map((value) => tensorFrom("i64", [], [value])),
      outputs: [tensorFrom("i64", [3], [10, 8, 6])],
    },
    { inputs: [1, 0, 2].map((value) => tensorFrom("i16", [], [value])), outputs: [tensorFrom("i16", [0], [])] },
    { inputs: [0, 1, 0.25].map((value) => tensorFrom("f16", [], [value])) },
  ],
  errors: () => [
    { inputs: [0, 1, 0].map((value) => tensorFrom("i32", [], [value])), message: /delta must not be 0/ },
    { inputs: [0, 2 ** 52, 1].map((value) => tensorFrom("i64", [], [value])), message: /more/ },
    { inputs: [0, Infinity, 1].map((value) => tensorFrom("f32", [], [value])), message: /finite/ },
  ],
});

const stepsInSingle = (dtype: DType): boolean => isWidened(dtype);

/** Elements between two yields. */
const CHUNK = 1 << 18;

function* inChunks(count: number, write: (i: number) => void): Steps<void> {
  for (let start = 0; start < count; start += CHUNK) {
    const end = Math.min(count, start + CHUNK);
    for (let i = start; i < end; i++) write(i);
    yield undefined;
  }
}

/** max(ceil((limit - start) / delta), 0), in f32 arithmetic for the dtypes up to it. */
function rangeLength(start: Tensor, limit: Tensor, delta: Tensor, context: { fail(rule: string): never }): number {
  for (const input of [start, limit, delta]) {
    if (elementCount(input.shape) !== 1)
      context.fail(`start, limit and delta must be scalars, found ${formatShape(input.shape)}`);
  }
  if (scalar(delta) === 0) context.fail("delta must not be 0");
  if (start.dtype === "i64") {
    const [from, to, step] = [start, limit, delta].map((input) => bigints(input)[0]);
    const count = (to - from + (step > 0n ? step - 1n : step + 1n)) / step;
    return Math.max(0, Number(count));
  }
  const round = stepsInSingle(start.dtype) ? Math.fround : (x: number): number => x;
  const count = Math.ceil(round(round(scalar(limit) - scalar(start)) / scalar(delta)));
  if (!Number.isFinite(count)) context.fail("start, limit and delta must be finite");
  return Math.max(0, count);
}

/** limit - start where delta is 1 and it cannot be negative. */
function symbolicLength(context: InferContext): Dim | undefined {
  const [start, limit, delta] = [0, 1, 2].map((i) => context.values(i)?.[0]);
  if (start === undefined || limit === undefined || delta !== 1) return undefined;
  const length = subDims(limit, start);
  return isNonNegative(length) ? length : undefined;
}
