import { contiguous } from "../../kernels/move.ts";
import { type DType, isFloat } from "../../dtypes/dtypes.ts";
import type { KernelContext, Outputs, Steps } from "../../kernels/context.ts";
import { CHUNK } from "../../kernels/elementwise.ts";
import type { Dim } from "../../snapshot/dims.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import type { Value } from "../../tensors/values.ts";
import { type AttributeValues, float, floats, int64, int64s } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { elementOutput, elementsOf } from "./element-io.ts";

const ATTRIBUTES = {
  imputed_value_floats: floats(),
  imputed_value_int64s: int64s(),
  replaced_value_float: float({ default: 0 }),
  replaced_value_int64: int64({ default: 0n }),
};

type Attributes = AttributeValues<typeof ATTRIBUTES>;

/**
 * X [..., F] with each element that equals the replaced value (NaN equals NaN) set to its feature's imputed value. ONNX
 * Imputer.
 */
export const imputer = defineOperator({
  name: "Imputer",
  domain: "ai.onnx.ml",
  versions: [{ since: 1 }],
  inputs: [required("X", "T")],
  outputs: [required("Y", "T")],
  types: { T: types("i32 i64 f32 f64") },
  attributes: ATTRIBUTES,
  infer(context) {
    const dtype = context.dtype(0);
    const shape = context.shape(0);
    if (dtype !== undefined) imputedValues(context.attributes, dtype, shape?.at(-1), context);
    return [context.type(0)];
  },
  reference: impute,
  accuracy: "exact",
  samples: () => [
    {
      attributes: { imputed_value_floats: [1, 2], replaced_value_float: Number.NaN },
      inputs: [tensorFrom("f32", [2, 2], [Number.NaN, 5, 6, Number.NaN])],
      outputs: [tensorFrom("f32", [2, 2], [1, 5, 6, 2])],
    },
    {
      attributes: { imputed_value_int64s: [9], replaced_value_int64: -1 },
      inputs: [tensorFrom("i64", [3], [-1, 0, 1])],
      outputs: [tensorFrom("i64", [3], [9, 0, 1])],
    },
  ],
  errors: () => [
    {
      attributes: { imputed_value_floats: [1] },
      inputs: [tensorFrom("i32", [1], [1])],
      message: /imputed_value_int64s must be given for X of i32/,
    },
    {
      attributes: { imputed_value_floats: [1, 2] },
      inputs: [tensorFrom("f32", [1, 3], [1, 2, 3])],
      message: /2 imputed values must be 1 or 3/,
    },
  ],
});

/** The imputed values in the form in which X's elements are read. */
function imputedValues(
  attributes: Attributes,
  dtype: DType,
  features: Dim | undefined,
  context: { fail(rule: string): never },
): readonly (number | bigint)[] {
  const integers = attributes.imputed_value_int64s;
  const values = isFloat(dtype) ? attributes.imputed_value_floats : dtype === "i64" ? integers : integers?.map(Number);
  const name = isFloat(dtype) ? "imputed_value_floats" : "imputed_value_int64s";
  if (values === undefined || values.length === 0) return context.fail(`${name} must be given for X of ${dtype}`);
  if (typeof features === "number" && values.length !== 1 && values.length !== features) {
    context.fail(`${values.length} imputed values must be 1 or ${features}`);
  }
  return values;
}

function* impute(
  [input]: readonly (Value | undefined)[],
  attributes: Attributes,
  context: KernelContext,
): Steps<Outputs> {
  const x = input as Tensor;
  const values = imputedValues(attributes, x.dtype, x.shape.at(-1) ?? 1, context);
  const replaced = isFloat(x.dtype)
    ? attributes.replaced_value_float
    : x.dtype === "i64"
      ? attributes.replaced_value_int64
      : Number(attributes.replaced_value_int64);
  const isNaNReplaced = Number.isNaN(replaced);
  const out = elementOutput(x.dtype, x.shape, context);
  const data = elementsOf(yield* contiguous(x, context));
  for (let i = 0; i < data.length; i++) {
    const isReplaced = isNaNReplaced ? Number.isNaN(data[i]) : data[i] === replaced;
    out.write(i, isReplaced ? values[i % values.length] : data[i]);
    if (i % CHUNK === CHUNK - 1) yield undefined;
  }
  return [out.tensor()];
}
