import { typeProto } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { ANY_1, ANY_28, optionalOf, seqOf, types } from "../type-sets.ts";

/** ONNX Optional. */
export const optionalOperator = defineOperator({
  name: "Optional",
  versions: [
    { since: 28 },
    { since: 15, types: { V: types(ANY_1, seqOf(ANY_1)), O: types(optionalOf(ANY_1), optionalOf(seqOf(ANY_1))) } },
  ],
  inputs: [optional("input", "V")],
  outputs: [required("output", "O")],
  types: { V: types(ANY_28, seqOf(ANY_28)), O: types(optionalOf(ANY_28), optionalOf(seqOf(ANY_28))) },
  attributes: { type: typeProto() },
  accuracy: "exact",
});
