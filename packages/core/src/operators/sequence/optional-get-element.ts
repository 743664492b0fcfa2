import { tensorFrom } from "../../tensors/elements.ts";
import { tensorType } from "../../tensors/values.ts";
import { defineOperator, required } from "../operator.ts";
import { ANY_1, ANY_28, optionalOf, seqOf, types } from "../type-sets.ts";

/** What an optional holds; a tensor or sequence itself. ONNX OptionalGetElement. */
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
  infer(context) {
    const type = context.type(0);
    return [type?.kind === "optional" ? type.element : type];
  },
  reference: ([input], _attributes, context) => {
    if (input?.kind !== "optional") return [input];
    return [input.value ?? context.fail("the optional must have an element, found it empty")];
  },
  accuracy: "exact",
  samples: () => {
    const value = tensorFrom("f32", [1], [1]);
    return [
      { inputs: [{ kind: "optional", element: tensorType("f32"), value }], outputs: [value] },
      { inputs: [value], outputs: [value] },
    ];
  },
  errors: () => [{ inputs: [{ kind: "optional", element: tensorType("f32") }], message: /found it empty/ }],
});
