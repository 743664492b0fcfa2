import { broadcast } from "../../inference/shapes.ts";
import { comparison } from "../../kernels/elementwise.ts";
import { comparisonPoints } from "../../lowering/elementwise.ts";
import { int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { REAL_AND_BOOL_13, REAL_AND_BOOL_1B, TEXT_AND_NUMBERS_13, types } from "../type-sets.ts";
import { downgradeBroadcast, upgradeBroadcast } from "./legacy-broadcast.ts";
import { binarySamples, vector } from "./samples.ts";

/** a = b, broadcast; NaN equals nothing. ONNX Equal. */
export const equal = defineOperator({
  name: "Equal",
  versions: [
    { since: 19 },
    { since: 13, types: { T: REAL_AND_BOOL_13, T1: types("bool") } },
    { since: 11, types: { T: REAL_AND_BOOL_1B, T1: types("bool") } },
    { since: 7, types: { T: types("bool i32 i64"), T1: types("bool") } },
    {
      since: 1,
      attributes: { axis: int(), broadcast: int({ default: 0 }) },
      changed: "numpy broadcasting in place of axis and broadcast",
      upgrade: upgradeBroadcast,
      downgrade: downgradeBroadcast,
    },
  ],
  inputs: [required("A", "T"), required("B", "T")],
  outputs: [required("C", "T1")],
  types: { T: TEXT_AND_NUMBERS_13, T1: types("bool") },
  attributes: {},
  infer: broadcast("bool"),
  reference: comparison({ number: (x, y) => x === y, big: (x, y) => x === y, text: (x, y) => x === y }),
  lower: comparisonPoints("eq"),
  accuracy: "exact",
  samples: () => [
    ...binarySamples(["f32", "f16", "i32", "i64", "u8", "bool"], [1, 1, 0], [0, 1, 1], (x, y) => x === y, "bool"),
    { inputs: [vector("f32", NaN, 0), vector("f32", NaN, -0)], outputs: [vector("bool", false, true)] },
    { inputs: [vector("string", "a", "b"), vector("string", "a")], outputs: [vector("bool", true, false)] },
  ],
  errors: () => [{ inputs: [vector("f32", 1, 2), vector("f32", 1, 2, 3)], message: /broadcast/ }],
});
