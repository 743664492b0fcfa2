import { defineOperator, optional, required } from "../operator.ts";
import { ANY_1, ANY_28, optionalOf, seqOf, types } from "../type-sets.ts";

/** ONNX OptionalHasElement. */
export const optionalHasElement = defineOperator({
  name: "OptionalHasElement",
  versions: [
    { since: 28 },
    {
      since: 18,
      types: { O: types(ANY_1, seqOf(ANY_1), optionalOf(ANY_1), optionalOf(seqOf(ANY_1))), B: types("bool") },
    },
    {
      since: 15,
      inputs: [required("input", "O")],
      types: { O: types(optionalOf(ANY_1), optionalOf(seqOf(ANY_1))), B: types("bool") },
    },
  ],
  inputs: [optional("input", "O")],
  outputs: [required("output", "B")],
  types: { O: types(ANY_28, seqOf(ANY_28), optionalOf(ANY_28), optionalOf(seqOf(ANY_28))), B: types("bool") },
  attributes: {},
  accuracy: "exact",
});
