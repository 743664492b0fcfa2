import { sameAsFirst } from "../../inference/shapes.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import { reshapePoints } from "../../lowering/reshape-points.ts";
import { defineOperator, required } from "../operator.ts";
import { ANY_1, ANY_13, ANY_19, ANY_21, ANY_23, ANY_24, ANY_25, optionalOf, seqOf, types } from "../type-sets.ts";

/** The value itself. ONNX Identity. */
export const identity = defineOperator({
  name: "Identity",
  versions: [
    { since: 25 },
    { since: 24, types: { V: types(ANY_24, seqOf(ANY_1), optionalOf(ANY_1), optionalOf(seqOf(ANY_1))) } },
    { since: 23, types: { V: types(ANY_23, seqOf(ANY_1), optionalOf(ANY_1), optionalOf(seqOf(ANY_1))) } },
    { since: 21, types: { V: types(ANY_21, seqOf(ANY_1), optionalOf(ANY_1), optionalOf(seqOf(ANY_1))) } },
    { since: 19, types: { V: types(ANY_19, seqOf(ANY_1), optionalOf(ANY_1), optionalOf(seqOf(ANY_1))) } },
    { since: 16, types: { V: types(ANY_13, seqOf(ANY_1), optionalOf(ANY_1), optionalOf(seqOf(ANY_1))) } },
    { since: 14, types: { V: types(ANY_13, seqOf(ANY_1)) } },
    { since: 13, inputs: [required("input", "T")], outputs: [required("output", "T")], types: { T: ANY_13 } },
    { since: 1, types: { T: ANY_1 } },
  ],
  inputs: [required("input", "V")],
  outputs: [required("output", "V")],
  types: { V: types(ANY_25, seqOf(ANY_1), optionalOf(ANY_1), optionalOf(seqOf(ANY_1))) },
  attributes: {},
  infer: sameAsFirst,
  propagate: (context) => context.values(0),
  reference: ([input]) => [input],
  lower: reshapePoints,
  accuracy: "exact",
  samples: () => [{ inputs: [tensorFrom("f32", [2], [1, 2])], outputs: [tensorFrom("f32", [2], [1, 2])] }],
});
