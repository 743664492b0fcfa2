import { sameAsFirst } from "../../inference/shapes.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import type { SequenceValue } from "../../tensors/values.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { ANY_1, seqOf, types } from "../type-sets.ts";
import { elementDtype, positionIn, sampleSequence, sequenceOf } from "./sequences.ts";

/** The sequence without the item at a position, by default the last. ONNX SequenceErase. */
export const sequenceErase = defineOperator({
  name: "SequenceErase",
  versions: [{ since: 11 }],
  inputs: [required("input_sequence", "S"), optional("position", "I")],
  outputs: [required("output_sequence", "S")],
  types: { S: seqOf(ANY_1), I: types("i32 i64") },
  attributes: {},
  infer: sameAsFirst,
  reference: ([sequence, position], _attributes, context) => {
    const { items } = sequence as SequenceValue;
    if (items.length === 0) context.fail("the sequence must have an item, found none");
    const last = items.length - 1;
    const at = position === undefined ? last : positionIn(position as Tensor, items.length, last, context);
    context.reserve(8 * items.length);
    return [sequenceOf(elementDtype(sequence as SequenceValue, context), items.toSpliced(at, 1))];
  },
  accuracy: "exact",
  samples: () => [
    { inputs: [sampleSequence([1], [2])], outputs: [sampleSequence([1])] },
    { inputs: [sampleSequence([1], [2], [3]), tensorFrom("i64", [], [-3])], outputs: [sampleSequence([2], [3])] },
  ],
  errors: () => [{ inputs: [sampleSequence()], message: /must have an item/ }],
});
