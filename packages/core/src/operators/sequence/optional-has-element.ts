import { tensorFrom } from "../../tensors/elements.ts";
import { tensorType } from "../../tensors/values.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { ANY_1, ANY_28, optionalOf, seqOf, types } from "../type-sets.ts";

/** Whether there is an input and, if it is an optional, something in it: a bool scalar. ONNX OptionalHasElement. */
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
      changed: "the input is optional",
      downgrade: (node) => ((node.inputs[0] ?? "") === "" ? undefined : node),
      inputs: [required("input", "O")],
      types: { O: types(optionalOf(ANY_1), optionalOf(seqOf(ANY_1))), B: types("bool") },
    },
  ],
  inputs: [optional("input", "O")],
  outputs: [required("output", "B")],
  types: { O: types(ANY_28, seqOf(ANY_28), optionalOf(ANY_28), optionalOf(seqOf(ANY_28))), B: types("bool") },
  attributes: {},
  infer: () => [tensorType("bool", [])],
  reference: ([input]) => {
    const has = input !== undefined && (input.kind !== "optional" || input.value !== undefined);
    return [tensorFrom("bool", [], [has])];
  },
  accuracy: "exact",
  samples: () => {
    const value = tensorFrom("f32", [1], [1]);
    return [
      { inputs: [{ kind: "optional", element: tensorType("f32"), value }], outputs: [tensorFrom("bool", [], [1])] },
      { inputs: [{ kind: "optional", element: tensorType("f32") }], outputs: [tensorFrom("bool", [], [0])] },
      { inputs: [value], outputs: [tensorFrom("bool", [], [1])] },
      { inputs: [], outputs: [tensorFrom("bool", [], [0])] },
    ];
  },
});
