import type { KernelContext, Outputs, Steps } from "../../kernels/context.ts";
import { CHUNK } from "../../kernels/elementwise.ts";
import { copyElement } from "../../kernels/move.ts";
import { columnsPoints } from "../../lowering/gather-points.ts";
import { staticShape } from "../../snapshot/dims.ts";
import { indices, tensorFrom } from "../../tensors/elements.ts";
import { dense, elementCount, type Tensor } from "../../tensors/tensor.ts";
import { tensorType, type Value } from "../../tensors/values.ts";
import { defineOperator, required } from "../operator.ts";
import { TEXT_AND_NUMBERS_ML } from "../type-sets.ts";

/**
 * The columns of X that Y lists: [..., K], where K counts the elements of Y; a vector X gives [1, K]. ONNX
 * ArrayFeatureExtractor.
 */
export const arrayFeatureExtractor = defineOperator({
  name: "ArrayFeatureExtractor",
  domain: "ai.onnx.ml",
  versions: [{ since: 1 }],
  inputs: [required("X", "T"), required("Y", "i64")],
  outputs: [required("Z", "T")],
  types: { T: TEXT_AND_NUMBERS_ML },
  attributes: {},
  infer(context) {
    const dtype = context.dtype(0);
    const shape = context.shape(0);
    if (dtype === undefined) return [];
    if (shape === undefined) return [tensorType(dtype)];
    if (shape.length === 0) context.fail("a scalar X must have an axis");
    const indices = context.shape(1);
    const count = indices?.length === 1 ? indices[0] : staticShape(indices)?.reduce((product, dim) => product * dim, 1);
    return [tensorType(dtype, [...leading(shape), count ?? context.fresh()])];
  },
  reference: extract,
  lower: columnsPoints,
  accuracy: "exact",
  samples: () => [
    {
      inputs: [tensorFrom("f32", [2, 3], [1, 2, 3, 4, 5, 6]), tensorFrom("i64", [2], [2, 0])],
      outputs: [tensorFrom("f32", [2, 2], [3, 1, 6, 4])],
    },
    {
      inputs: [tensorFrom("string", [3], ["a", "b", "c"]), tensorFrom("i64", [1, 2], [1, 1])],
      outputs: [tensorFrom("string", [1, 2], ["b", "b"])],
    },
  ],
  errors: () => [
    {
      inputs: [tensorFrom("f32", [1, 2], [1, 2]), tensorFrom("i64", [1], [2])],
      message: /index 2 must be in 0..1 \(X has 2 columns\)/,
    },
  ],
});

const leading = <Size>(shape: readonly Size[]): (Size | number)[] => (shape.length === 1 ? [1] : shape.slice(0, -1));

function* extract(
  inputs: readonly (Value | undefined)[],
  _attributes: unknown,
  context: KernelContext,
): Steps<Outputs> {
  const [x, y] = inputs as Tensor[];
  if (x.shape.length === 0) context.fail("a scalar X must have an axis");
  const columns = x.shape[x.shape.length - 1];
  const chosen = indices(y);
  for (const index of chosen) {
    if (index < 0 || index >= columns)
      context.fail(`index ${index} must be in 0..${columns - 1} (X has ${columns} columns)`);
  }
  const out = context.allocate(x.dtype, [...leading(x.shape), chosen.length]);
  const source = dense(x);
  const rows = elementCount(leading(x.shape));
  for (let row = 0, to = 0; row < rows; row++) {
    for (const index of chosen) {
      copyElement(out, to++, source, row * columns + index);
      if (to % CHUNK === 0) yield undefined;
    }
  }
  return [out];
}
