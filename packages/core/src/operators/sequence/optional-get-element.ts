import { defineOperator, required } from "../operator.ts";
import { ANY_1, ANY_28, optionalOf, seqOf, types } from "../type-sets.ts";

/** ONNX OptionalGetElement. */
export const optionalGetElement = defineOperator({
  name: "OptionalGetElement",
  versions: [
    { since: 28 },
    {
      since: 18,
      types: {
        O: types(ANY_1, seqOf(ANY_1), optionalOf(ANY_1), optionalOf(seqOf(ANY_1))),
        V: types(ANY_1, seqOf(ANY_1)),
      },
    },
    { since: 15, types: { O: types(optionalOf(ANY_1), optionalOf(seqOf(ANY_1))), V: types(ANY_1, seqOf(ANY_1)) } },
  ],
  inputs: [required("input", "O")],
  outputs: [required("output", "V")],
  types: {
    O: types(ANY_28, seqOf(ANY_28), optionalOf(ANY_28), optionalOf(seqOf(ANY_28))),
    V: types(ANY_28, seqOf(ANY_28)),
  },
  attributes: {},
  accuracy: "exact",
});
