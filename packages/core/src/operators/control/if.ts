import { graph } from "../attributes.ts";
import { defineOperator, required, variadic } from "../operator.ts";
import { ANY_1, ANY_13, ANY_19, ANY_21, ANY_23, ANY_24, ANY_25, optionalOf, seqOf, types } from "../type-sets.ts";

/** ONNX If. */
export const ifOperator = defineOperator({
  name: "If",
  versions: [
    { since: 25 },
    {
      since: 24,
      types: { V: types(ANY_24, seqOf(ANY_24), optionalOf(ANY_24), optionalOf(seqOf(ANY_13))), B: types("bool") },
    },
    {
      since: 23,
      types: { V: types(ANY_23, seqOf(ANY_23), optionalOf(ANY_23), optionalOf(seqOf(ANY_13))), B: types("bool") },
    },
    {
      since: 21,
      types: { V: types(ANY_21, seqOf(ANY_21), optionalOf(ANY_21), optionalOf(seqOf(ANY_13))), B: types("bool") },
    },
    {
      since: 19,
      types: { V: types(ANY_19, seqOf(ANY_19), optionalOf(ANY_19), optionalOf(seqOf(ANY_13))), B: types("bool") },
    },
    {
      since: 16,
      types: { V: types(ANY_13, seqOf(ANY_13), optionalOf(ANY_13), optionalOf(seqOf(ANY_13))), B: types("bool") },
    },
    { since: 13, types: { V: types(ANY_1, seqOf(ANY_1)), B: types("bool") } },
    { since: 11, types: { V: ANY_1, B: types("bool") } },
    { since: 1 },
  ],
  inputs: [required("cond", "B")],
  outputs: [variadic("outputs", "V", { heterogeneous: true })],
  types: { V: types(ANY_25, seqOf(ANY_25), optionalOf(ANY_25), optionalOf(seqOf(ANY_13))), B: types("bool") },
  attributes: { else_branch: graph({ required: true }), then_branch: graph({ required: true }) },
  accuracy: "exact",
});
