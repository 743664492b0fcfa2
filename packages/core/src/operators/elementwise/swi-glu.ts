import { type Binary, binary } from "../../kernels/elementwise.ts";
import { formatShape, shapesMayBeEqual } from "../../snapshot/dims.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { sigmoid } from "../../kernel-ir/functions/index.ts";
import { binaryPoints } from "../../lowering/elementwise.ts";
import { float } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { sigmoidOf } from "./activations.ts";
import { vector } from "./samples.ts";

const GATED: Binary<{ readonly alpha: number }> = { float: (a, b, { alpha }) => a * sigmoidOf(alpha * a) * b };
const multiply = binary(GATED);

/** A / (1 + e^(-alpha A)) B, elementwise; A and B have one shape. ONNX SwiGLU. */
export const swiGlu = defineOperator({
  name: "SwiGLU",
  versions: [{ since: 28 }],
  inputs: [required("A", "T"), required("B", "T")],
  outputs: [required("Y", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: { alpha: float({ default: 1 }) },
  infer: (context) => {
    const [a, b] = [context.shape(0), context.shape(1)];
    if (a !== undefined && b !== undefined && !shapesMayBeEqual(a, b)) {
      context.fail(`shapes ${formatShape(a)} of A and ${formatShape(b)} of B must be equal`);
    }
    return [context.type(0)];
  },
  reference: (inputs, attributes, context) => {
    const [a, b] = inputs as Tensor[];
    if (!shapesMayBeEqual(a.shape, b.shape)) {
      context.fail(`shapes ${formatShape(a.shape)} of A and ${formatShape(b.shape)} of B must be equal`);
    }
    return multiply(inputs, attributes, context);
  },
  lower: binaryPoints((a, b, k, { attributes: { alpha } }) =>
    k.mul(k.mul(a, sigmoid(k, k.let("t", k.mul(a, alpha)))), b),
  ),
  accuracy: "transcendental",
  samples: () => [
    {
      inputs: [vector("f32", -1, 0, 2), vector("f32", 2, 3, 0.5)],
      outputs: [vector("f32", -0.5378828427399902, 0, 0.8807970779778823)],
    },
    {
      attributes: { alpha: 2 },
      inputs: [vector("f16", -1, 0, 2), vector("f16", 2, 3, 0.5)],
      outputs: [vector("f16", -0.23840584404423515, 0, 0.9820137900379085)],
    },
  ],
  errors: () => [{ inputs: [vector("f32", 1, 2), vector("f32", 1)], message: /must be equal/ }],
});
