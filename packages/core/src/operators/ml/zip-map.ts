import { tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { type MapType, type MapValue, tensorType } from "../../tensors/values.ts";
import { int64s, strings } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { type ClassLabels, classLabels } from "./labels.ts";
import { rowDims, rowsOf } from "./rows.ts";

/**
 * A sequence of maps, one for each row of X [N, C] (or [C]), from the class labels to the row's values. ONNX ZipMap.
 */
export const zipMap = defineOperator({
  name: "ZipMap",
  domain: "ai.onnx.ml",
  versions: [{ since: 1 }],
  inputs: [required("X", "f32")],
  outputs: [required("Z", "T")],
  types: { T: types("seq(map(string,f32)) seq(map(i64,f32))") },
  attributes: { classlabels_int64s: int64s(), classlabels_strings: strings() },
  infer(context) {
    const { attributes } = context;
    const labels = classLabels(attributes.classlabels_int64s, attributes.classlabels_strings, context);
    const shape = context.shape(0);
    const columns = shape === undefined ? undefined : rowDims(shape, context)[1];
    if (typeof columns === "number") checkColumns(columns, labels, context);
    return [{ kind: "sequence", element: mapType(labels) }];
  },
  *reference([x], attributes, context) {
    const labels = classLabels(attributes.classlabels_int64s, attributes.classlabels_strings, context);
    const rows = yield* rowsOf(x as Tensor, context);
    checkColumns(rows.columns, labels, context);
    context.reserve(rows.count * (64 + rows.columns * BYTES_PER_VALUE));
    const type = mapType(labels);
    const data =
      (x as Tensor).data instanceof Float64Array ? Float64Array.from(rows.data) : Float32Array.from(rows.data);
    const items: MapValue[] = [];
    for (let row = 0; row < rows.count; row++) {
      const values = labels.values.map((_label, i): Tensor => scalarView(data, row * rows.columns + i));
      items.push({ kind: "map", key: type.key, element: type.element, keys: labels.values, values });
      if (row % 4096 === 4095) yield undefined;
    }
    return [{ kind: "sequence", element: type, items }];
  },
  accuracy: "exact",
  samples: () => [
    {
      attributes: { classlabels_int64s: [10, 20] },
      inputs: [tensorFrom("f32", [1, 2], [0.25, 0.75])],
      outputs: [
        {
          kind: "sequence",
          element: { kind: "map", key: "i64", element: tensorType("f32", []) },
          items: [
            {
              kind: "map",
              key: "i64",
              element: tensorType("f32", []),
              keys: [10n, 20n],
              values: [tensorFrom("f32", [], [0.25]), tensorFrom("f32", [], [0.75])],
            },
          ],
        },
      ],
    },
    { attributes: { classlabels_strings: ["a"] }, inputs: [tensorFrom("f32", [2, 1], [1, 2])] },
  ],
  errors: () => [
    {
      attributes: { classlabels_strings: ["a"] },
      inputs: [tensorFrom("f32", [1, 2], [1, 2])],
      message: /X of 2 columns must have one for each of 1 labels/,
    },
  ],
});

/** What a value of a map takes: a tensor object. */
const BYTES_PER_VALUE = 120;

function mapType(labels: ClassLabels): MapType {
  return { kind: "map", key: labels.dtype, element: tensorType("f32", []) };
}

function checkColumns(columns: number, labels: ClassLabels, context: { fail(rule: string): never }): void {
  if (columns !== labels.values.length) {
    context.fail(`X of ${columns} columns must have one for each of ${labels.values.length} labels`);
  }
}

const scalarView = (data: Float32Array | Float64Array, offset: number): Tensor => ({
  kind: "tensor",
  dtype: "f32",
  shape: [],
  strides: [],
  offset,
  data,
});
