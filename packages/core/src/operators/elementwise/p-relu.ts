import { broadcastInputs, sameAsFirst } from "../../inference/shapes.ts";
import { broadcastShapes } from "../../kernels/broadcast.ts";
import { binary } from "../../kernels/elementwise.ts";
import { formatShape, shapesMayBeEqual } from "../../snapshot/dims.ts";
import type { Node } from "../../snapshot/types.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { binaryPoints } from "../../lowering/elementwise.ts";
import { ints } from "../attributes.ts";
import { dropConsumedInputs } from "../edit-node.ts";
import { defineOperator, required, type RewriteContext } from "../operator.ts";
import { REAL_1, REAL_13B, types } from "../type-sets.ts";
import { alignAxis } from "./legacy-broadcast.ts";
import { binarySamples, vector } from "./samples.ts";

const prelu = binary({
  float: (x, slope) => (x < 0 ? slope * x : x),
  int: (x, slope) => (x < 0 ? Math.imul(slope, x) : x),
  big: (x, slope) => (x < 0n ? slope * x : x),
});

/** Before opset 7 a slope of more than one element belonged to axis 1 of X. */
function alignSlope(node: Node, rewrite: RewriteContext): Node {
  const [x, slope] = node.inputs;
  const type = rewrite.typeOf(slope);
  if (type?.kind === "tensor" && type.shape !== undefined && type.shape.length !== 1) return node;
  return { ...node, inputs: [x, alignAxis(x, slope, 1, rewrite)] };
}

/** Where the slope is one number, or one for each index of axis 1. */
function slopeOfChannels(node: Node, rewrite: RewriteContext): Node | undefined {
  const [x, slope] = node.inputs.map((name) => rewrite.typeOf(name));
  if (x?.kind !== "tensor" || slope?.kind !== "tensor" || slope.shape === undefined) return undefined;
  if (slope.shape.every((dim) => dim === 1)) return node;
  const isOfAxis1 = slope.shape.length + 1 === x.shape?.length && slope.shape.slice(1).every((dim) => dim === 1);
  if (!isOfAxis1) return undefined;
  if (slope.shape.length === 1) return node;
  const vector = rewrite.emit("Reshape", [node.inputs[1], rewrite.constant(tensorFrom("i64", [1], [-1]))]);
  return { ...node, inputs: [node.inputs[0], vector] };
}

/** x from 0 on, slope x below, elementwise; the slope broadcasts to the shape of X. ONNX PRelu. */
export const pRelu = defineOperator({
  name: "PRelu",
  versions: [
    { since: 16 },
    { since: 9, types: { T: REAL_1 } },
    { since: 7, types: { T: types("f16 f32 f64") } },
    { since: 6, changed: "the slope broadcasts by numpy's rules", upgrade: alignSlope, downgrade: slopeOfChannels },
    { since: 1, attributes: { consumed_inputs: ints() }, upgrade: dropConsumedInputs },
  ],
  inputs: [required("X", "T"), required("slope", "T")],
  outputs: [required("Y", "T")],
  types: { T: REAL_13B },
  attributes: {},
  infer: (context) => {
    const [x, slope] = [context.shape(0), context.shape(1)];
    const both = broadcastInputs(context);
    if (x !== undefined && slope !== undefined && both !== undefined && !shapesMayBeEqual(x, both)) {
      context.fail(`shape ${formatShape(slope)} of the slope must broadcast to ${formatShape(x)}`);
    }
    return sameAsFirst(context);
  },
  reference: (inputs, _attributes, context) => {
    const [x, slope] = inputs as Tensor[];
    if (!shapesMayBeEqual(x.shape, broadcastShapes(x.shape, slope.shape, context))) {
      context.fail(`shape ${formatShape(slope.shape)} of the slope must broadcast to ${formatShape(x.shape)}`);
    }
    return prelu(inputs, undefined, context);
  },
  lower: binaryPoints((x, slope, k) => k.select(k.lt(x, 0), k.mul(x, slope), x)),
  accuracy: "rounding",
  samples: () => [
    ...binarySamples(["f32", "f16", "i32", "i64"], [-2, 0, 3], [2, 2, 2], (x, slope) => (x < 0 ? slope * x : x)).slice(
      0,
      4,
    ),
    {
      inputs: [tensorFrom("f32", [2, 3], [-1, 2, -3, 4, -5, 6]), tensorFrom("f32", [2, 1], [0.5, 2])],
      outputs: [tensorFrom("f32", [2, 3], [-0.5, 2, -1.5, 4, -10, 6])],
    },
  ],
  errors: () => [{ inputs: [vector("f32", 1), vector("f32", 1, 2)], message: /must broadcast to/ }],
});
