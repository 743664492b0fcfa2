import { mergeTypes } from "../../inference/merge-types.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { type SequenceValue, typeOfValue } from "../../tensors/values.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { ANY_1, seqOf, types } from "../type-sets.ts";
import { checkItem, elementDtype, elementTypeOf, positionIn, sampleSequence, sequenceOf } from "./sequences.ts";

/** The sequence with a tensor inserted before a position, by default at the end. ONNX SequenceInsert. */
export const sequenceInsert = defineOperator({
  name: "SequenceInsert",
  versions: [{ since: 11 }],
  inputs: [required("input_sequence", "S"), required("tensor", "T"), optional("position", "I")],
  outputs: [required("output_sequence", "S")],
  types: { T: ANY_1, S: seqOf(ANY_1), I: types("i32 i64") },
  attributes: {},
  infer(context) {
    const [element, item] = [elementTypeOf(context, 0), context.type(1)];
    checkItem(element, item, context);
    const merged = mergeTypes(element, item, () => context.fresh());
    return [merged && { kind: "sequence", element: merged }];
  },
  reference: ([sequence, tensor, position], _attributes, context) => {
    const { items, element } = sequence as SequenceValue;
    const dtype = elementDtype(sequence as SequenceValue, context);
    checkItem(element, typeOfValue(tensor as Tensor), context);
    const at =
      position === undefined ? items.length : positionIn(position as Tensor, items.length, items.length, context);
    context.reserve(8 * items.length);
    return [sequenceOf(dtype, items.toSpliced(at, 0, tensor as Tensor))];
  },
  accuracy: "exact",
  samples: () => [
    {
      inputs: [sampleSequence([1], [2]), tensorFrom("f32", [2], [3, 4])],
      outputs: [sampleSequence([1], [2], [3, 4])],
    },
    {
      inputs: [sampleSequence([1], [2]), tensorFrom("f32", [1], [9]), tensorFrom("i64", [], [-1])],
      outputs: [sampleSequence([1], [9], [2])],
    },
  ],
  errors: () => [
    {
      inputs: [sampleSequence([1]), tensorFrom("f32", [1], [9]), tensorFrom("i64", [], [2])],
      message: /position 2 must be in -1\.\.1/,
    },
    { inputs: [sampleSequence([1]), tensorFrom("i64", [1], [9])], message: /i64 tensor/ },
  ],
});
