import { cumulativePoints } from "../../lowering/cumulative-points.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import { int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { REAL_11B, REAL_13B, types } from "../type-sets.ts";
import { cumulate, cumulateErrors, inferCumulate } from "./cumulate.ts";
import { wrap } from "./reduce.ts";

/** y[i] = x[0] + ... + x[i] along an axis (without x[i] if exclusive, from the end if reverse). ONNX CumSum. */
export const cumSum = defineOperator({
  name: "CumSum",
  versions: [{ since: 14 }, { since: 11, types: { T: REAL_11B, T2: types("i32 i64") } }],
  inputs: [required("x", "T"), required("axis", "T2")],
  outputs: [required("y", "T")],
  types: { T: REAL_13B, T2: types("i32 i64") },
  attributes: { exclusive: int({ default: 0 }), reverse: int({ default: 0 }) },
  infer: inferCumulate,
  reference: cumulate({
    start: 0,
    float: (total, x) => total + x,
    int: (total, x) => (total + x) | 0,
    big: (total, x) => wrap(total + x),
  }),
  lower: cumulativePoints("add", 0),
  accuracy: "reduction",
  samples() {
    const [x, axis] = [tensorFrom("f32", [3], [1, 2, 3]), tensorFrom("i32", [], [0])];
    const exclusive = tensorFrom("f32", [3], [5, 3, 0]);
    return [
      { inputs: [x, axis], outputs: [tensorFrom("f32", [3], [1, 3, 6])] },
      { inputs: [x, axis], attributes: { exclusive: 1, reverse: 1 }, outputs: [exclusive] },
      {
        inputs: [tensorFrom("i64", [2, 2], [1, 2, 3, 4]), tensorFrom("i64", [1], [-2])],
        outputs: [tensorFrom("i64", [2, 2], [1, 2, 4, 6])],
      },
      { inputs: [tensorFrom("bf16", [2, 3], [1, 2, 3, 4, 5, 6]), tensorFrom("i32", [], [0])] },
    ];
  },
  errors: cumulateErrors,
});
