import { doublesOf, numbersOf } from "../../kernels/read-numbers.ts";
import { isBig } from "../../dtypes/dtypes.ts";
import type { KernelContext, Outputs, Steps } from "../../kernels/context.ts";
import { CHUNK } from "../../kernels/elementwise.ts";
import type { Dim } from "../../snapshot/dims.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { tensorType, type Value } from "../../tensors/values.ts";
import { type AttributeValues, floats } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

const ATTRIBUTES = { offset: floats(), scale: floats() };

type Attributes = AttributeValues<typeof ATTRIBUTES>;

/** (X - offset) * scale as f32; both have one value, or one for each feature of [..., F]. ONNX Scaler. */
export const scaler = defineOperator({
  name: "Scaler",
  domain: "ai.onnx.ml",
  versions: [{ since: 1 }],
  inputs: [required("X", "T")],
  outputs: [required("Y", "f32")],
  types: { T: types("i32 i64 f32 f64") },
  attributes: ATTRIBUTES,
  infer(context) {
    const shape = context.shape(0);
    if (shape !== undefined) checkFeatures(context.attributes, shape, context);
    return [tensorType("f32", shape)];
  },
  reference: scaleFeatures,
  accuracy: "rounding",
  samples: () => [
    {
      attributes: { offset: [1, 2], scale: [2, 0.5] },
      inputs: [tensorFrom("f32", [2, 2], [1, 2, 3, 4])],
      outputs: [tensorFrom("f32", [2, 2], [0, 0, 4, 1])],
    },
    {
      attributes: { offset: [0.5], scale: [2] },
      inputs: [tensorFrom("i64", [2], [1, 2])],
      outputs: [tensorFrom("f32", [2], [1, 3])],
    },
  ],
  errors: () => [
    {
      attributes: { offset: [1, 2], scale: [1] },
      inputs: [tensorFrom("f32", [1, 3], [1, 2, 3])],
      message: /offset must have 1 value or 3, found 2/,
    },
  ],
});

function checkFeatures(
  { offset, scale }: Attributes,
  shape: readonly Dim[],
  context: { fail(rule: string): never },
): void {
  const features = shape.at(-1) ?? 1;
  for (const [name, values] of Object.entries({ offset, scale })) {
    if (values === undefined || values.length === 1 || typeof features !== "number") continue;
    if (values.length !== features) context.fail(`${name} must have 1 value or ${features}, found ${values.length}`);
  }
}

function* scaleFeatures(
  [input]: readonly (Value | undefined)[],
  attributes: Attributes,
  context: KernelContext,
): Steps<Outputs> {
  const x = input as Tensor;
  checkFeatures(attributes, x.shape, context);
  const { offset = [0], scale = [1] } = attributes;
  const out = context.output("f32", x.shape);
  const data = yield* isBig(x.dtype) ? doublesOf(x, context) : numbersOf(x, context);
  for (let i = 0; i < data.length; i++) {
    out.data[i] = (data[i] - offset[i % offset.length]) * scale[i % scale.length];
    if (i % CHUNK === CHUNK - 1) yield undefined;
  }
  return [yield* out.rounded()];
}
