import { tensorType } from "../../tensors/values.ts";
import { float, int, ints } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { attributeDtype, attributeShape, drawTensor } from "./draw.ts";

const DTYPES = types("f16 bf16 f32 f64");

/**
 * Draws from the normal distribution with mean and standard deviation `scale`, of the shape and dtype given. A seed
 * gives numpy RandomState's draws. ONNX RandomNormal.
 */
export const randomNormal = defineOperator({
  name: "RandomNormal",
  versions: [{ since: 22 }, { since: 1, types: { T: types("f16 f32 f64") } }],
  inputs: [],
  outputs: [required("output", "T")],
  types: { T: DTYPES },
  attributes: {
    dtype: int({ default: 1 }),
    mean: float({ default: 0 }),
    scale: float({ default: 1 }),
    seed: float(),
    shape: ints({ required: true }),
  },
  infer(context) {
    const { dtype, shape } = context.attributes;
    return [tensorType(attributeDtype(dtype, undefined, DTYPES, context)!, attributeShape(shape, context))];
  },
  reference(_inputs, attributes, context) {
    const dtype = attributeDtype(attributes.dtype, undefined, DTYPES, context)!;
    const shape = attributeShape(attributes.shape, context);
    return drawTensor(
      dtype,
      shape,
      attributes.seed,
      (source) => attributes.mean + source.normal() * attributes.scale,
      context,
    );
  },
  accuracy: "random",
  samples: () => [
    { attributes: { shape: [2, 3], seed: 1 }, inputs: [] },
    { attributes: { shape: [], dtype: 11 }, inputs: [] },
  ],
  errors: () => [
    { attributes: { shape: [2], dtype: 7 }, inputs: [], message: /dtype i64 must be one of f16, bf16, f32, f64/ },
    { attributes: { shape: [2, -1] }, inputs: [], message: /must have no negative dim/ },
  ],
});
