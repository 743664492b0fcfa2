import { freshShape, sameDtypeAsFirst } from "../../inference/shapes.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import { type Tensor, transposed } from "../../tensors/tensor.ts";
import { transposePoints } from "../../lowering/moved-points.ts";
import { ints } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { ANY_1, ANY_13, ANY_21, ANY_23, ANY_24, ANY_25 } from "../type-sets.ts";

/** The axes in the order of perm, by default reversed. ONNX Transpose. */
export const transpose = defineOperator({
  name: "Transpose",
  versions: [
    { since: 25 },
    { since: 24, types: { T: ANY_24 } },
    { since: 23, types: { T: ANY_23 } },
    { since: 21, types: { T: ANY_21 } },
    { since: 13, types: { T: ANY_13 } },
    { since: 1, types: { T: ANY_1 } },
  ],
  inputs: [required("data", "T")],
  outputs: [required("transposed", "T")],
  types: { T: ANY_25 },
  attributes: { perm: ints() },
  infer(context) {
    const shape = context.shape(0);
    const order = orderOf(context.attributes.perm, shape?.length, context);
    if (shape === undefined) return sameDtypeAsFirst(context, order && freshShape(order.length, context));
    return sameDtypeAsFirst(
      context,
      order!.map((axis) => shape[axis]),
    );
  },
  propagate: (context) => context.values(0),
  reference: ([data], { perm }, context) => {
    const source = data as Tensor;
    return [transposed(source, orderOf(perm, source.shape.length, context)!)];
  },
  lower: transposePoints,
  accuracy: "exact",
  samples: () => {
    const data = tensorFrom("f32", [1, 2, 3], [1, 2, 3, 4, 5, 6]);
    return [
      { inputs: [data], outputs: [tensorFrom("f32", [3, 2, 1], [1, 4, 2, 5, 3, 6])] },
      { attributes: { perm: [1, 0, 2] }, inputs: [data], outputs: [tensorFrom("f32", [2, 1, 3], [1, 2, 3, 4, 5, 6])] },
    ];
  },
  errors: () => [
    {
      attributes: { perm: [0, 0] },
      inputs: [tensorFrom("f32", [1, 2], [1, 2])],
      message: /each of the axes 0\.\.1 once/,
    },
    { attributes: { perm: [0] }, inputs: [tensorFrom("f32", [1, 2], [1, 2])], message: /each of the axes 0\.\.1 once/ },
  ],
});

function orderOf(
  perm: readonly number[] | undefined,
  rank: number | undefined,
  context: { fail(rule: string): never },
): readonly number[] | undefined {
  const length = rank ?? perm?.length;
  if (length === undefined) return undefined;
  const axes = Array.from({ length }, (_, axis) => axis);
  if (perm === undefined) return axes.reverse();
  const given = new Set(perm);
  if (perm.length !== length || !axes.every((axis) => given.has(axis))) {
    context.fail(`perm [${perm.join(", ")}] must hold each of the axes 0..${length - 1} once`);
  }
  return perm;
}
