import { contiguous } from "../../kernels/move.ts";
import type { DType } from "../../dtypes/dtypes.ts";
import type { KernelContext, Outputs, Steps } from "../../kernels/context.ts";
import { CHUNK } from "../../kernels/elementwise.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { tensorType, type Value } from "../../tensors/values.ts";
import { type AttributeValues, int, int64s, strings } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { TEXT_AND_NUMBERS_ML } from "../type-sets.ts";
import { type Element, elementsOf } from "./element-io.ts";

const ATTRIBUTES = { cats_int64s: int64s(), cats_strings: strings(), zeros: int({ default: 1 }) };

type Attributes = AttributeValues<typeof ATTRIBUTES>;

/**
 * A new last axis, one element for each category, 1 for the category that the element of X is and 0 elsewhere. Numbers
 * are cut to integers. ONNX OneHotEncoder.
 */
export const oneHotEncoder = defineOperator({
  name: "OneHotEncoder",
  domain: "ai.onnx.ml",
  versions: [{ since: 1 }],
  inputs: [required("X", "T")],
  outputs: [required("Y", "f32")],
  types: { T: TEXT_AND_NUMBERS_ML },
  attributes: ATTRIBUTES,
  infer(context) {
    const { attributes } = context;
    const dtype = context.dtype(0);
    const shape = context.shape(0);
    if (dtype === undefined) return [tensorType("f32")];
    return [tensorType("f32", shape && [...shape, categoriesOf(attributes, dtype, context).length])];
  },
  reference: encode,
  accuracy: "exact",
  samples: () => [
    {
      attributes: { cats_int64s: [0, 2, 4] },
      inputs: [tensorFrom("i64", [3], [4, 1, 0])],
      outputs: [tensorFrom("f32", [3, 3], [0, 0, 1, 0, 0, 0, 1, 0, 0])],
    },
    {
      attributes: { cats_strings: ["a", "b"] },
      inputs: [tensorFrom("string", [1, 2], ["b", "a"])],
      outputs: [tensorFrom("f32", [1, 2, 2], [0, 1, 1, 0])],
    },
    {
      attributes: { cats_int64s: [-1, 1] },
      inputs: [tensorFrom("f32", [2], [1.75, -1.5])],
      outputs: [tensorFrom("f32", [2, 2], [0, 1, 1, 0])],
    },
  ],
  errors: () => [
    {
      attributes: { cats_int64s: [1], zeros: 0 },
      inputs: [tensorFrom("i32", [1], [2])],
      message: /element 2 of X must be one of the categories/,
    },
    { inputs: [tensorFrom("i32", [1], [2])], message: /cats_int64s must be given for X of i32/ },
  ],
});

/** The categories in the form in which X's elements are read. */
function categoriesOf(
  attributes: Attributes,
  dtype: DType,
  context: { fail(rule: string): never },
): readonly Element[] {
  const integers = attributes.cats_int64s;
  const found = dtype === "string" ? attributes.cats_strings : dtype === "i64" ? integers : integers?.map(Number);
  const name = dtype === "string" ? "cats_strings" : "cats_int64s";
  if (found === undefined || found.length === 0) return context.fail(`${name} must be given for X of ${dtype}`);
  return found;
}

function* encode(
  [input]: readonly (Value | undefined)[],
  attributes: Attributes,
  context: KernelContext,
): Steps<Outputs> {
  const x = input as Tensor;
  const categories = categoriesOf(attributes, x.dtype, context);
  const positions = new Map(categories.map((category, i) => [category, i]));
  const out = context.output("f32", [...x.shape, categories.length]);
  const data = elementsOf(yield* contiguous(x, context));
  for (let i = 0; i < data.length; i++) {
    const element = data[i];
    const position = positions.get(typeof element === "number" ? Math.trunc(element) : element);
    if (position !== undefined) out.data[i * categories.length + position] = 1;
    else if (attributes.zeros === 0) context.fail(`element ${String(element)} of X must be one of the categories`);
    if (i % CHUNK === CHUNK - 1) yield undefined;
  }
  return [yield* out.rounded()];
}
