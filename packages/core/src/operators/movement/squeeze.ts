import { freshShape, sameDtypeAsFirst } from "../../inference/shapes.ts";
import { normalizeAxes } from "../../kernels/broadcast.ts";
import { checkVector, indexVector } from "../../kernels/index-vector.ts";
import type { Dim } from "../../snapshot/dims.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import { selected, type Tensor } from "../../tensors/tensor.ts";
import { reshapePoints } from "../../lowering/reshape-points.ts";
import { ints } from "../attributes.ts";
import { attributeToInput, axesFromFront, inputToAttribute } from "../edit-node.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { ANY_1, ANY_13, ANY_21, ANY_23, ANY_24, ANY_25 } from "../type-sets.ts";

/** The data without the axes given, which have length 1; without all such axes when none are given. ONNX Squeeze. */
export const squeeze = defineOperator({
  name: "Squeeze",
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
      attributes: { axes: ints() },
      changed: "axes became an input",
      upgrade: attributeToInput("axes", 1),
      downgrade: inputToAttribute("axes", 1),
    },
    { since: 1, changed: "negative axes", downgrade: axesFromFront("axes") },
  ],
  inputs: [required("data", "T"), optional("axes", "i64")],
  outputs: [required("squeezed", "T")],
  types: { T: ANY_25 },
  attributes: {},
  infer(context) {
    checkVector(context.shape(1), "axes", context);
    const shape = context.shape(0);
    const axes = context.values(1);
    const count = context.shape(1)?.[0] ?? 1;
    if (shape === undefined) return sameDtypeAsFirst(context);
    if (context.has(1) && axes === undefined) {
      const rank = context.shape(1) !== undefined && typeof count === "number" ? shape.length - count : undefined;
      return sameDtypeAsFirst(context, rank === undefined || rank < 0 ? undefined : freshShape(rank, context));
    }
    const isClear = axes !== undefined || shape.every((dim) => typeof dim === "number");
    return sameDtypeAsFirst(context, isClear ? squeezedShape(shape, axes as number[] | undefined, context) : undefined);
  },
  propagate: (context) => context.values(0),
  reference: ([data, axes], _attributes, context) => {
    const source = data as Tensor;
    const gone = goneAxes(source.shape, axes && indexVector(axes as Tensor, "axes", context), context);
    return [[...gone].sort((a, b) => b - a).reduce((view, axis) => selected(view, axis, 0), source)];
  },
  lower: reshapePoints,
  accuracy: "exact",
  samples: () => {
    const data = tensorFrom("f32", [1, 2, 1], [1, 2]);
    return [
      { inputs: [data], outputs: [tensorFrom("f32", [2], [1, 2])] },
      { inputs: [data, tensorFrom("i64", [1], [-1])], outputs: [tensorFrom("f32", [1, 2], [1, 2])] },
    ];
  },
  errors: () => [
    { inputs: [tensorFrom("f32", [2], [1, 2]), tensorFrom("i64", [1], [0])], message: /axis 0 has 2 elements/ },
    { inputs: [tensorFrom("f32", [1], [1]), tensorFrom("i64", [1], [4])], message: /axis 4 must be in -1\.\.0/ },
  ],
});

function goneAxes(
  shape: readonly Dim[],
  axes: readonly number[] | undefined,
  context: { fail(rule: string): never },
): ReadonlySet<number> {
  if (axes === undefined) return new Set(shape.flatMap((dim, axis) => (dim === 1 ? [axis] : [])));
  const gone = normalizeAxes(axes, shape.length, context);
  for (const axis of gone) {
    const dim = shape[axis];
    if (typeof dim === "number" && dim !== 1) context.fail(`axis ${axis} has ${dim} elements, expected 1`);
  }
  return new Set(gone);
}

function squeezedShape(
  shape: readonly Dim[],
  axes: readonly number[] | undefined,
  context: { fail(rule: string): never },
): readonly Dim[] {
  const gone = goneAxes(shape, axes, context);
  return shape.filter((_, axis) => !gone.has(axis));
}
