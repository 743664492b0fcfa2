import { DTYPES, onnxCodeOfDtype } from "../../dtypes/dtypes.ts";
import { normalizeAxis } from "../../kernels/broadcast.ts";
import { contiguous, copyElement, move } from "../../kernels/move.ts";
import { rawIndices } from "../../kernels/take.ts";
import { formatShape } from "../../snapshot/dims.ts";
import type { Node } from "../../snapshot/types.ts";
import { doubles, scalar, tensorFrom } from "../../tensors/elements.ts";
import { broadcastTo, elementCount, selected, type Tensor } from "../../tensors/tensor.ts";
import { tensorType } from "../../tensors/values.ts";
import { oneHotPoints } from "../../lowering/made-points.ts";
import { int } from "../attributes.ts";
import { int64Constant, intAttribute, withInput } from "../edit-node.ts";
import { defineOperator, required, type RewriteContext } from "../operator.ts";
import { ANY_1, ANY_13, REAL_1B } from "../type-sets.ts";

/**
 * Each index as a vector of `depth` elements along a new axis: values[1] at the index, values[0] elsewhere. ONNX
 * OneHot.
 */
export const oneHot = defineOperator({
  name: "OneHot",
  versions: [
    { since: 28 },
    { since: 11, types: { T1: REAL_1B, T2: REAL_1B, T3: ANY_1 } },
    {
      since: 9,
      changed: "negative indices count from the end",
      upgrade: withoutNegativeIndices,
      downgrade: (node, rewrite) => (isNeverNegative(node.inputs[0], rewrite) ? node : undefined),
    },
  ],
  inputs: [required("indices", "T1"), required("depth", "T2"), required("values", "T3")],
  outputs: [required("output", "T3")],
  types: { T1: REAL_1B, T2: REAL_1B, T3: ANY_13 },
  attributes: { axis: int({ default: -1 }) },
  infer(context) {
    const [shape, depth] = [context.shape(0), context.constant(1)];
    const dtype = context.dtype(2);
    if (dtype === undefined) return [undefined];
    if (shape === undefined) return [tensorType(dtype)];
    const axis = normalizeAxis(context.attributes.axis, shape.length + 1, context);
    const length = depth === undefined ? context.values(1)?.[0] : depthOf(depth, context);
    return [tensorType(dtype, [...shape.slice(0, axis), length ?? context.fresh(), ...shape.slice(axis)])];
  },
  reference: function* (inputs, attributes, context) {
    const [places, depthTensor, values] = inputs as Tensor[];
    const { shape } = places;
    const axis = normalizeAxis(attributes.axis, shape.length + 1, context);
    if (values.shape.length !== 1 || values.shape[0] !== 2)
      context.fail(`values ${formatShape(values.shape)} must be [2]`);
    const depth = depthOf(depthTensor, context);
    const out = context.allocate(values.dtype, [...shape.slice(0, axis), depth, ...shape.slice(axis)]);
    if (out.shape.includes(0)) return [out];
    const onOff = yield* contiguous(values, context);
    yield* move(out, broadcastTo(selected(onOff, 0, 0), out.shape));
    const inner = elementCount(shape.slice(axis));
    const at = yield* rawIndices(places, context);
    for (let n = 0; n < at.length; n++) {
      if (n % YIELD_AFTER === YIELD_AFTER - 1) yield undefined;
      const index = Math.trunc(Number(at[n]));
      if (!(index >= -depth && index < depth)) continue;
      const hot = index < 0 ? index + depth : index;
      copyElement(out, (Math.floor(n / inner) * depth + hot) * inner + (n % inner), onOff, 1);
    }
    return [out];
  },
  lower: oneHotPoints,
  accuracy: "exact",
  samples: () => {
    const values = tensorFrom("i32", [2], [2, 5]);
    return [
      {
        inputs: [tensorFrom("i64", [3], [0, 2, -3]), tensorFrom("i64", [], [3]), values],
        outputs: [tensorFrom("i32", [3, 3], [5, 2, 2, 2, 2, 5, 5, 2, 2])],
      },
      {
        attributes: { axis: 0 },
        inputs: [tensorFrom("f32", [2], [1, 7]), tensorFrom("f32", [1], [2]), values],
        outputs: [tensorFrom("i32", [2, 2], [2, 2, 5, 2])],
      },
    ];
  },
  errors: () => {
    const values = tensorFrom("f32", [2], [0, 1]);
    return [
      { inputs: [tensorFrom("i64", [1], [0]), tensorFrom("i64", [], [-1]), values], message: /depth -1/ },
      { inputs: [tensorFrom("i64", [1], [0]), tensorFrom("i64", [], [2 ** 52]), values], message: /more/ },
    ];
  },
});

/** Indices between two yields. */
const YIELD_AFTER = 1 << 18;

function depthOf(depth: Tensor, context: { fail(rule: string): never }): number {
  if (elementCount(depth.shape) !== 1) context.fail(`depth has ${elementCount(depth.shape)} elements, expected 1`);
  const length = Math.trunc(scalar(depth));
  if (!(length >= 0)) context.fail(`depth ${length} must not be negative`);
  return length;
}

function isNeverNegative(places: string, rewrite: RewriteContext): boolean {
  const type = rewrite.typeOf(places);
  if (type?.kind === "tensor" && DTYPES[type.dtype].kind === "uint") return true;
  const known = rewrite.constantOf(places);
  return known !== undefined && doubles(known).every((index) => index >= 0);
}

/** Version 9 takes negative indices for ones that are out of range: they become the depth, which is so too. */
function withoutNegativeIndices(node: Node, rewrite: RewriteContext): Node {
  if (isNeverNegative(node.inputs[0], rewrite)) return node;
  const type = rewrite.typeOf(node.inputs[0]);
  if (type?.kind !== "tensor") rewrite.fail("the dtype of its indices is not known");
  const scalarShape = int64Constant([], rewrite);
  const cast = rewrite.emit("Cast", [node.inputs[1]], [intAttribute("to", onnxCodeOfDtype(type.dtype))]);
  const depth = rewrite.emit("Reshape", [cast, scalarShape]);
  const isNegative = rewrite.emit("Less", [node.inputs[0], rewrite.constant(tensorFrom(type.dtype, [], [0]))]);
  return withInput(node, 0, rewrite.emit("Where", [isNegative, depth, node.inputs[0]]));
}
