import { tensorFrom } from "../../tensors/elements.ts";
import { argPoints } from "../../lowering/reduce-points.ts";
import { int } from "../attributes.ts";
import { nonNegativeAxes } from "../non-negative-axes.ts";
import { defineOperator, required } from "../operator.ts";
import { REAL_13E, REAL_1B } from "../type-sets.ts";
import { argBest, argErrors, inferArg, selectFirstIndex } from "./arg.ts";

/** Index of the largest value along an axis, the first or last of equal ones; NaN counts as the largest. ONNX ArgMax. */
export const argMax = defineOperator({
  name: "ArgMax",
  versions: [
    { since: 13 },
    { since: 12, types: { T: REAL_1B } },
    {
      since: 11,
      attributes: { axis: int({ default: 0 }), keepdims: int({ default: 1 }) },
      changed: "select_last_index",
      downgrade: selectFirstIndex,
    },
    { since: 1, changed: "axis may be negative", downgrade: nonNegativeAxes },
  ],
  inputs: [required("data", "T")],
  outputs: [required("reduced", "i64")],
  types: { T: REAL_13E },
  attributes: { axis: int({ default: 0 }), keepdims: int({ default: 1 }), select_last_index: int({ default: 0 }) },
  infer: inferArg,
  reference: argBest((x, best) => x > best),
  lower: argPoints("gt"),
  accuracy: "exact",
  samples() {
    const x = tensorFrom("f32", [2, 2], [2, 2, 3, 10]);
    return [
      {
        inputs: [x],
        attributes: { axis: 1 },
        outputs: [tensorFrom("i64", [2, 1], [0, 1])],
      },
      {
        inputs: [x],
        attributes: { axis: -1, keepdims: 0, select_last_index: 1 },
        outputs: [tensorFrom("i64", [2], [1, 1])],
      },
      {
        inputs: [tensorFrom("i64", [3], [5n, -7n, 5n])],
        outputs: [tensorFrom("i64", [1], [0])],
      },
      { inputs: [tensorFrom("f32", [3], [1, NaN, 2])], outputs: [tensorFrom("i64", [1], [1])] },
    ];
  },
  errors: argErrors,
});
