import { itemType } from "../../inference/merge-types.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import type { SequenceValue } from "../../tensors/values.ts";
import { defineOperator, required } from "../operator.ts";
import { ANY_1, seqOf, types } from "../type-sets.ts";
import { elementTypeOf, positionIn, sampleSequence } from "./sequences.ts";

/** The item at a position, from the back when negative. ONNX SequenceAt. */
export const sequenceAt = defineOperator({
  name: "SequenceAt",
  versions: [{ since: 11 }],
  inputs: [required("input_sequence", "S"), required("position", "I")],
  outputs: [required("tensor", "T")],
  types: { S: seqOf(ANY_1), T: ANY_1, I: types("i32 i64") },
  attributes: {},
  infer(context) {
    const element = elementTypeOf(context, 0);
    return [element && itemType(element, () => context.fresh())];
  },
  reference: ([sequence, position], _attributes, context) => {
    const { items } = sequence as SequenceValue;
    return [items[positionIn(position as Tensor, items.length, items.length - 1, context)]];
  },
  accuracy: "exact",
  samples: () => [
    {
      inputs: [sampleSequence([1], [2, 3]), tensorFrom("i64", [], [1])],
      outputs: [tensorFrom("f32", [2], [2, 3])],
    },
    { inputs: [sampleSequence([1], [2, 3]), tensorFrom("i32", [], [-2])], outputs: [tensorFrom("f32", [1], [1])] },
  ],
  errors: () => [
    { inputs: [sampleSequence([1]), tensorFrom("i64", [], [1])], message: /position 1 must be in -1\.\.0/ },
    { inputs: [sampleSequence(), tensorFrom("i64", [], [0])], message: /0 items/ },
  ],
});
