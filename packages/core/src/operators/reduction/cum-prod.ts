import { cumulativePoints } from "../../lowering/cumulative-points.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import { int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { REAL_13B, types } from "../type-sets.ts";
import { cumulate, cumulateErrors, inferCumulate } from "./cumulate.ts";
import { wrap } from "./reduce.ts";

/** y[i] = x[0] * ... * x[i] along an axis (without x[i] if exclusive, from the end if reverse). ONNX CumProd. */
export const cumProd = defineOperator({
  name: "CumProd",
  versions: [{ since: 26 }],
  inputs: [required("x", "T"), required("axis", "T2")],
  outputs: [required("y", "T")],
  types: { T: REAL_13B, T2: types("i32 i64") },
  attributes: { exclusive: int({ default: 0 }), reverse: int({ default: 0 }) },
  infer: inferCumulate,
  reference: cumulate({
    start: 1,
    float: (total, x) => total * x,
    int: (total, x) => Math.imul(total, x),
    big: (total, x) => wrap(total * x),
  }),
  lower: cumulativePoints("mul", 1),
  accuracy: "reduction",
  samples() {
    const [x, axis] = [tensorFrom("f32", [3], [1, 2, 3]), tensorFrom("i32", [], [0])];
    const exclusive = tensorFrom("f32", [3], [6, 3, 1]);
    return [
      { inputs: [x, axis], outputs: [tensorFrom("f32", [3], [1, 2, 6])] },
      { inputs: [x, axis], attributes: { exclusive: 1, reverse: 1 }, outputs: [exclusive] },
      {
        inputs: [tensorFrom("u32", [2, 2], [65536, 2, 65537, 4]), tensorFrom("i64", [], [0])],
        outputs: [tensorFrom("u32", [2, 2], [65536, 2, 65536, 8])],
      },
      { inputs: [tensorFrom("f16", [2, 3], [1, 2, 3, 4, 5, 6]), tensorFrom("i32", [], [1])] },
    ];
  },
  errors: cumulateErrors,
});
