import { contiguous, copyElement } from "../../kernels/move.ts";
import { listOf, windowsOf } from "../../kernels/windows.ts";
import { knownShape } from "../../lowering/known-numbers.ts";
import { maxUnpoolPoints } from "../../lowering/scatter-points.ts";
import { type Dim, addDims, dimsEqual, formatShape, scaleDim } from "../../snapshot/dims.ts";
import { bigints, indices as sizesOf, tensorFrom } from "../../tensors/elements.ts";
import { denseStrides, elementCount, type Tensor } from "../../tensors/tensor.ts";
import { tensorType } from "../../tensors/values.ts";
import { ints } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/**
 * Zeros with each X[i] at flat place I[i], which counts in the shape [N, C, (d - 1) * stride - pads + kernel, ...]; with output_shape
 * that shape lies at the low corner of the result. ONNX MaxUnpool.
 */
export const maxUnpool = defineOperator({
  name: "MaxUnpool",
  versions: [{ since: 22 }, { since: 11, types: { T1: types("f16 f32 f64"), T2: types("i64") } }, { since: 9 }],
  inputs: [required("X", "T1"), required("I", "T2"), optional("output_shape", "T2")],
  outputs: [required("output", "T1")],
  types: { T1: types("f16 bf16 f32 f64"), T2: types("i64") },
  attributes: { kernel_shape: ints({ required: true }), pads: ints(), strides: ints() },
  infer(context) {
    const [dtype, x] = [context.dtype(0), context.shape(0)];
    const known = x && unpooledShape(x, context.shape(1), context.attributes, context);
    if (dtype === undefined) return [undefined];
    if (!context.has(2)) return [tensorType(dtype, known)];
    const stated = context.values(2);
    if (stated !== undefined && x !== undefined && stated.length !== x.length) {
      context.fail(`output_shape has ${stated.length} values, expected ${x.length}`);
    }
    if (stated?.some((dim) => typeof dim === "number" && dim < 0)) {
      context.fail(`output_shape ${formatShape(stated)} has a negative size`);
    }
    return [tensorType(dtype, stated ?? x?.map(() => context.fresh()))];
  },
  *reference(inputs, attributes, context) {
    const [x, places, stated] = inputs as [Tensor, Tensor, Tensor | undefined];
    const shape = unpooledShape(x.shape, places.shape, attributes, context) as number[];
    if (stated !== undefined && elementCount(stated.shape) !== shape.length) {
      context.fail(`output_shape has ${elementCount(stated.shape)} values, expected ${shape.length}`);
    }
    const result = stated === undefined ? shape : listOf("output_shape", sizesOf(stated), shape.length, 0, context);
    const out = context.allocate(x.dtype, result);
    const source = yield* contiguous(x, context);
    const values = bigints(yield* contiguous(places, context));
    const count = elementCount(shape);
    const strides = denseStrides(result);
    for (let i = 0; i < values.length; i++) {
      const place = Number(values[i]);
      if (place < 0 || place >= count) context.fail(`index ${values[i]} must be in 0..${count - 1}`);
      const to = stated === undefined ? place : placeIn(place, shape, result, strides);
      if (to < 0)
        context.fail(`index ${place} of ${formatShape(shape)} lies outside of output_shape ${formatShape(result)}`);
      copyElement(out, to, source, i);
      if (i % (1 << 18) === 0) yield undefined;
    }
    return [out];
  },
  lower: (node) => {
    const [x, places] = node.inputs.slice(0, 2).map((input) => knownShape(node, input!));
    const rules = { fail: (rule: string) => node.cannot(rule) };
    return maxUnpoolPoints(node, unpooledShape(x, places, node.attributes, rules) as number[]);
  },
  accuracy: "exact",
  samples: () => [
    {
      attributes: { kernel_shape: [2, 2], strides: [2, 2] },
      inputs: [tensorFrom("f32", [1, 1, 2, 2], [1, 2, 3, 4]), tensorFrom("i64", [1, 1, 2, 2], [5, 7, 13, 15])],
      outputs: [tensorFrom("f32", [1, 1, 4, 4], [0, 0, 0, 0, 0, 1, 0, 2, 0, 0, 0, 0, 0, 3, 0, 4])],
    },
    {
      attributes: { kernel_shape: [2], strides: [2] },
      inputs: [
        tensorFrom("f32", [1, 2, 1], [5, 6]),
        tensorFrom("i64", [1, 2, 1], [1, 2]),
        tensorFrom("i64", [3], [1, 2, 3]),
      ],
      outputs: [tensorFrom("f32", [1, 2, 3], [0, 5, 0, 6, 0, 0])],
    },
  ],
  errors: () => [
    {
      attributes: { kernel_shape: [2] },
      inputs: [tensorFrom("f32", [1, 1, 1], [5]), tensorFrom("i64", [1, 1, 1], [2])],
      message: /index 2 must be in 0..1/,
    },
    {
      attributes: { kernel_shape: [2] },
      inputs: [tensorFrom("f32", [1, 1, 1], [5]), tensorFrom("i64", [1, 1, 2], [2, 1])],
      message: /I has shape \[1, 1, 2\], expected that of X/,
    },
  ],
});

interface UnpoolAttributes {
  readonly kernel_shape: readonly number[];
  readonly pads?: readonly number[] | undefined;
  readonly strides?: readonly number[] | undefined;
}

function unpooledShape(
  x: readonly Dim[],
  places: readonly Dim[] | undefined,
  attributes: UnpoolAttributes,
  context: { fail(rule: string): never },
): Dim[] {
  if (x.length < 3) context.fail(`X has shape ${formatShape(x)}, expected at least one spatial axis`);
  const same =
    places === undefined ||
    (places.length === x.length &&
      places.every((dim, i) => typeof dim !== "number" || typeof x[i] !== "number" || dimsEqual(dim, x[i])));
  if (!same) context.fail(`I has shape ${formatShape(places)}, expected that of X, ${formatShape(x)}`);
  const kernel = listOf("kernel_shape", attributes.kernel_shape, x.length - 2, 1, context);
  const spatial = windowsOf(kernel, attributes, context).map(({ stride, begin, end, kernel: size }, i) => {
    const dim = addDims(scaleDim(addDims(x[i + 2], -1), stride), size - begin - end);
    if (typeof dim === "number" && dim < 0) context.fail(`the result of axis ${i + 2} would have ${dim} elements`);
    return dim;
  });
  return [x[0], x[1], ...spatial];
}

/** Where the element at a flat place of `shape` lies in `result`; -1 when it does not. */
function placeIn(
  place: number,
  shape: readonly number[],
  result: readonly number[],
  strides: readonly number[],
): number {
  let to = 0;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const at = place % shape[axis];
    if (at >= result[axis]) return -1;
    to += at * strides[axis];
    place = Math.floor(place / shape[axis]);
  }
  return to;
}
