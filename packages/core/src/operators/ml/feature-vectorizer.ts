import type { KernelContext, Outputs, Steps } from "../../kernels/context.ts";
import { addDims, type Dim } from "../../snapshot/dims.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { tensorType, type Value } from "../../tensors/values.ts";
import { ints } from "../attributes.ts";
import { defineOperator, required, variadic } from "../operator.ts";
import { types } from "../type-sets.ts";
import { rowDims, type Rows, rowsOf } from "./rows.ts";

/**
 * The inputs [N, C] (or [C], which is one row) side by side as f32; each cut or padded with zeros to its entry in
 * `inputdimensions`. ONNX FeatureVectorizer.
 */
export const featureVectorizer = defineOperator({
  name: "FeatureVectorizer",
  domain: "ai.onnx.ml",
  versions: [{ since: 1 }],
  inputs: [variadic("X", "T1")],
  outputs: [required("Y", "f32")],
  types: { T1: types("i32 i64 f32 f64") },
  attributes: { inputdimensions: ints() },
  infer(context) {
    const widths = widthsOf(context.attributes.inputdimensions, context.inputCount, context);
    let count: Dim | undefined;
    let total: Dim = 0;
    for (let i = 0; i < context.inputCount; i++) {
      const shape = context.shape(i);
      const [rows, columns] = shape === undefined ? [undefined, context.fresh()] : rowDims(shape, context);
      if (typeof count === "number" && typeof rows === "number" && rows !== count) {
        context.fail(`inputs of ${count} and ${rows} rows must have as many rows`);
      }
      count = typeof count === "number" ? count : (rows ?? count);
      total = addDims(total, widths?.[i] ?? columns);
    }
    return [tensorType("f32", [count ?? context.fresh(), total])];
  },
  reference: vectorize,
  accuracy: "exact",
  samples: () => [
    {
      attributes: { inputdimensions: [2, 1] },
      inputs: [tensorFrom("f32", [2, 2], [1, 2, 3, 4]), tensorFrom("f32", [2, 1], [5, 6])],
      outputs: [tensorFrom("f32", [2, 3], [1, 2, 5, 3, 4, 6])],
    },
    {
      attributes: { inputdimensions: [1, 3] },
      inputs: [tensorFrom("i64", [2], [1, 2]), tensorFrom("i64", [2], [5, 6])],
      outputs: [tensorFrom("f32", [1, 4], [1, 5, 6, 0])],
    },
  ],
  errors: () => [
    {
      attributes: { inputdimensions: [1] },
      inputs: [tensorFrom("f32", [1, 1], [1]), tensorFrom("f32", [1, 1], [1])],
      message: /inputdimensions must have 2 elements, found 1/,
    },
    {
      inputs: [tensorFrom("f32", [1, 1], [1]), tensorFrom("f32", [2, 1], [1, 2])],
      message: /inputs of 1 and 2 rows must have as many rows/,
    },
  ],
});

/** How many columns of the output each input takes; undefined: as many as it has. */
function widthsOf(
  widths: readonly number[] | undefined,
  inputs: number,
  context: { fail(rule: string): never },
): readonly number[] | undefined {
  if (widths === undefined) return undefined;
  if (widths.length !== inputs) context.fail(`inputdimensions must have ${inputs} elements, found ${widths.length}`);
  for (const width of widths) if (width < 0) context.fail(`inputdimensions must not be negative, found ${width}`);
  return widths;
}

function* vectorize(
  inputs: readonly (Value | undefined)[],
  attributes: { readonly inputdimensions: readonly number[] | undefined },
  context: KernelContext,
): Steps<Outputs> {
  const all: Rows[] = [];
  for (const x of inputs as Tensor[]) all.push(yield* rowsOf(x, context));
  const widths = widthsOf(attributes.inputdimensions, all.length, context) ?? all.map(({ columns }) => columns);
  const [{ count }] = all;
  const total = widths.reduce((sum, width) => sum + width, 0);
  const out = context.output("f32", [count, total]);
  let start = 0;
  for (const [i, rows] of all.entries()) {
    if (rows.count !== count) context.fail(`inputs of ${count} and ${rows.count} rows must have as many rows`);
    const width = Math.min(widths[i], rows.columns);
    for (let row = 0; row < count; row++) {
      for (let j = 0; j < width; j++) out.data[row * total + start + j] = rows.data[row * rows.columns + j];
      if (row % 4096 === 4095) yield undefined;
    }
    start += widths[i];
  }
  return [yield* out.rounded()];
}
