import { withoutShapes } from "../../inference/merge-types.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import { type OptionalType, tensorType, typeOfValue, type ValueType } from "../../tensors/values.ts";
import { typeProto } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { ANY_1, ANY_28, optionalOf, seqOf, types } from "../type-sets.ts";

/** An optional with the input in it, or an empty one of a type. ONNX Optional. */
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
  infer(context) {
    const { type } = context.attributes;
    if (!context.has(0)) return [emptyType(type, context)];
    const element = context.type(0) ?? (type && emptyType(type, context).element);
    return [element && { kind: "optional", element }];
  },
  reference: ([input], { type }, context) => {
    if (input === undefined) return [{ kind: "optional", element: emptyType(type, context).element }];
    return [{ kind: "optional", element: withoutShapes(typeOfValue(input)), value: input }];
  },
  accuracy: "exact",
  samples: () => {
    const value = tensorFrom("f32", [1], [1]);
    return [
      { inputs: [value], outputs: [{ kind: "optional", element: tensorType("f32"), value }] },
      {
        attributes: { type: tensorType("i64") },
        inputs: [],
        outputs: [{ kind: "optional", element: tensorType("i64") }],
      },
    ];
  },
  errors: () => [{ inputs: [], message: /an input or the attribute type/ }],
});

/** The type of an empty optional. Some files state the optional's type instead of its element's. */
function emptyType(type: ValueType | undefined, context: { fail(rule: string): never }): OptionalType {
  if (type === undefined) context.fail("either an input or the attribute type must be given");
  return type.kind === "optional" ? type : { kind: "optional", element: type };
}
