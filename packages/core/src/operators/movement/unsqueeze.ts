import { freshShape, sameDtypeAsFirst } from "../../inference/shapes.ts";
import { normalizeAxes } from "../../kernels/broadcast.ts";
import { checkVector, indexVector } from "../../kernels/index-vector.ts";
import type { Dim } from "../../snapshot/dims.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import { elementCount, type Tensor, unsqueezed } from "../../tensors/tensor.ts";
import { reshapePoints } from "../../lowering/reshape-points.ts";
import { ints } from "../attributes.ts";
import { attributeToInput, axesFromFront, inputToAttribute } from "../edit-node.ts";
import { defineOperator, required } from "../operator.ts";
import { ANY_1, ANY_13, ANY_21, ANY_23, ANY_24, ANY_25 } from "../type-sets.ts";

/** The data with axes of length 1 inserted, so that they stand at the given places of the result. ONNX Unsqueeze. */
export const unsqueeze = defineOperator({
  name: "Unsqueeze",
  versions: [
    { since: 25 },
    { since: 24, types: { T: ANY_24 } },
    { since: 23, types: { T: ANY_23 } },
    { since: 21, types: { T: ANY_21 } },
    { since: 13, types: { T: ANY_13 } },
    {
      since: 11,
      inputs: [required("data", "T")],
      types: { T: ANY_1 },
      attributes: { axes: ints({ required: true }) },
      changed: "axes became an input",
      upgrade: attributeToInput("axes", 1),
      downgrade: inputToAttribute("axes", 1),
    },
    { since: 1, changed: "negative axes", downgrade: axesFromFront("axes", (count) => count) },
  ],
  inputs: [required("data", "T"), required("axes", "i64")],
  outputs: [required("expanded", "T")],
  types: { T: ANY_25 },
  attributes: {},
  infer(context) {
    checkVector(context.shape(1), "axes", context);
    const shape = context.shape(0);
    const axes = context.values(1);
    const count = context.shape(1)?.[0] ?? 1;
    if (shape === undefined) return sameDtypeAsFirst(context);
    if (axes !== undefined) return sameDtypeAsFirst(context, unsqueezedShape(shape, axes as number[], context));
    const isClear = context.shape(1) !== undefined && typeof count === "number";
    return sameDtypeAsFirst(context, isClear ? freshShape(shape.length + count, context) : undefined);
  },
  propagate: (context) => context.values(0),
  reference: ([data, axes], _attributes, context) => {
    const source = data as Tensor;
    const places = normalizeAxes(
      indexVector(axes as Tensor, "axes", context),
      source.shape.length + axesCount(axes as Tensor),
      context,
    );
    return [places.sort((a, b) => a - b).reduce((view, axis) => unsqueezed(view, axis), source)];
  },
  lower: reshapePoints,
  accuracy: "exact",
  samples: () => {
    const data = tensorFrom("f32", [2], [1, 2]);
    return [
      { inputs: [data, tensorFrom("i64", [2], [2, 0])], outputs: [tensorFrom("f32", [1, 2, 1], [1, 2])] },
      { inputs: [data, tensorFrom("i64", [1], [-1])], outputs: [tensorFrom("f32", [2, 1], [1, 2])] },
    ];
  },
  errors: () => [
    { inputs: [tensorFrom("f32", [2], [1, 2]), tensorFrom("i64", [1], [2])], message: /axis 2 must be in -2\.\.1/ },
    { inputs: [tensorFrom("f32", [2], [1, 2]), tensorFrom("i64", [2], [0, 0])], message: /distinct/ },
  ],
});

const axesCount = (axes: Tensor): number => elementCount(axes.shape);

function unsqueezedShape(
  shape: readonly Dim[],
  axes: readonly number[],
  context: { fail(rule: string): never },
): readonly Dim[] {
  const places = normalizeAxes(axes, shape.length + axes.length, context).sort((a, b) => a - b);
  const dims = [...shape];
  for (const axis of places) dims.splice(axis, 0, 1);
  return dims;
}
