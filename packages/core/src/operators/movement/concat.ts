import { sameDtypeAsFirst } from "../../inference/shapes.ts";
import { normalizeAxis } from "../../kernels/broadcast.ts";
import { concatenate, joinShapes } from "../../kernels/concat.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { concatPoints } from "../../lowering/moved-points.ts";
import { int } from "../attributes.ts";
import { axesFromFront, intAttribute, intOf, withAttributes } from "../edit-node.ts";
import { defineOperator, required, variadic } from "../operator.ts";
import { ANY_1, ANY_13, types } from "../type-sets.ts";

/** The inputs one after the other along an axis; their other dims are equal. ONNX Concat. */
export const concat = defineOperator({
  name: "Concat",
  versions: [
    { since: 13 },
    { since: 11, types: { T: ANY_1 } },
    { since: 4, changed: "a negative axis", downgrade: axesFromFront("axis") },
    {
      since: 1,
      types: { T: types("f16 f32 f64") },
      attributes: { axis: int() },
      changed: "axis is required",
      upgrade: (node) => (intOf(node, "axis") === undefined ? withAttributes(node, intAttribute("axis", 1)) : node),
    },
  ],
  inputs: [variadic("inputs", "T")],
  outputs: [required("concat_result", "T")],
  types: { T: ANY_13 },
  attributes: { axis: int({ required: true }) },
  infer(context) {
    const shapes = Array.from({ length: context.inputCount }, (_, i) => context.shape(i));
    const known = shapes.filter((shape) => shape !== undefined);
    if (known.length === 0) return sameDtypeAsFirst(context);
    const axis = normalizeAxis(context.attributes.axis, known[0].length, context);
    const merged = known.reduce((total, shape) => joinShapes(total, shape, axis, context));
    const isWhole = known.length === shapes.length;
    return sameDtypeAsFirst(
      context,
      merged.map((dim, i) => (i === axis && !isWhole ? context.fresh() : dim)),
    );
  },
  propagate(context) {
    const parts = Array.from({ length: context.inputCount }, (_, i) => context.values(i));
    return parts.every((part) => part !== undefined) ? parts.flat() : undefined;
  },
  reference: function* (inputs, attributes, context) {
    const parts = inputs as readonly Tensor[];
    const axis = normalizeAxis(attributes.axis, parts[0].shape.length, context);
    return [yield* concatenate(parts, axis, context)];
  },
  lower: concatPoints,
  accuracy: "exact",
  samples: () => {
    const inputs = [tensorFrom("f32", [2, 2], [1, 2, 3, 4]), tensorFrom("f32", [2, 1], [5, 6])];
    return [
      { attributes: { axis: 1 }, inputs, outputs: [tensorFrom("f32", [2, 3], [1, 2, 5, 3, 4, 6])] },
      { attributes: { axis: -1 }, inputs: [inputs[1], inputs[0], inputs[1]] },
      {
        attributes: { axis: 0 },
        inputs: [tensorFrom("string", [1], ["a"]), tensorFrom("string", [2], ["b", "c"])],
        outputs: [tensorFrom("string", [3], ["a", "b", "c"])],
      },
    ];
  },
  errors: () => [
    {
      attributes: { axis: 0 },
      inputs: [tensorFrom("f32", [1, 2], [1, 2]), tensorFrom("f32", [1, 1], [3])],
      message: /\[1, 2\] and \[1, 1\] must be equal/,
    },
    { attributes: { axis: 1 }, inputs: [tensorFrom("f32", [1], [1])], message: /axis 1/ },
  ],
});
