import type { InferContext } from "../../inference/context.ts";
import { attributeOf } from "../../snapshot/types.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { tensorType } from "../../tensors/values.ts";
import { int } from "../attributes.ts";
import { onlyInt } from "../edit-node.ts";
import { defineOperator, required } from "../operator.ts";
import { ANY_1, ANY_13, ANY_19, ANY_21, ANY_23, ANY_24, ANY_25, types } from "../type-sets.ts";

/** The dims of data from start to end (negative: from the last; both kept within the rank) as i64. ONNX Shape. */
export const shape = defineOperator({
  name: "Shape",
  versions: [
    { since: 25 },
    { since: 24, types: { T: ANY_24, T1: types("i64") } },
    { since: 23, types: { T: ANY_23, T1: types("i64") } },
    { since: 21, types: { T: ANY_21, T1: types("i64") } },
    { since: 19, types: { T: ANY_19, T1: types("i64") } },
    { since: 15, types: { T: ANY_13, T1: types("i64") } },
    {
      since: 13,
      attributes: {},
      changed: "start and end",
      downgrade: (node) => (attributeOf(node, "end") === undefined ? onlyInt("start", 0)(node) : undefined),
    },
    { since: 1, types: { T: ANY_1, T1: types("i64") } },
  ],
  inputs: [required("data", "T")],
  outputs: [required("shape", "T1")],
  types: { T: ANY_25, T1: types("i64") },
  attributes: { end: int(), start: int({ default: 0 }) },
  infer(context) {
    const dims = dimsOf(context);
    return [tensorType("i64", [dims === undefined ? context.fresh() : dims.length])];
  },
  propagate: dimsOf,
  reference: ([data], { start, end }) => {
    const dims = (data as Tensor).shape.slice(...bounds((data as Tensor).shape.length, start, end));
    return [tensorFrom("i64", [dims.length], dims)];
  },
  accuracy: "exact",
  samples: () => {
    const data = tensorFrom("f32", [2, 3, 1], [1, 2, 3, 4, 5, 6]);
    return [
      { inputs: [data], outputs: [tensorFrom("i64", [3], [2, 3, 1])] },
      { attributes: { start: 1, end: -1 }, inputs: [data], outputs: [tensorFrom("i64", [1], [3])] },
      { attributes: { start: 2, end: 1 }, inputs: [data], outputs: [tensorFrom("i64", [0], [])] },
    ];
  },
});

function dimsOf(context: InferContext<{ readonly start: number; readonly end: number | undefined }>) {
  const shape = context.shape(0);
  return shape?.slice(...bounds(shape.length, context.attributes.start, context.attributes.end));
}

function bounds(rank: number, start: number, end = rank): [start: number, end: number] {
  const clamp = (at: number): number => Math.min(Math.max(at < 0 ? at + rank : at, 0), rank);
  return [clamp(start), Math.max(clamp(start), clamp(end))];
}
