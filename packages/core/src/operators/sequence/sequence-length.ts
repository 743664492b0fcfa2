import { tensorFrom } from "../../tensors/elements.ts";
import { type SequenceValue, tensorType } from "../../tensors/values.ts";
import { defineOperator, required } from "../operator.ts";
import { ANY_1, seqOf, types } from "../type-sets.ts";
import { sampleSequence } from "./sequences.ts";

/** The number of items, an i64 scalar. ONNX SequenceLength. */
export const sequenceLength = defineOperator({
  name: "SequenceLength",
  versions: [{ since: 11 }],
  inputs: [required("input_sequence", "S")],
  outputs: [required("length", "I")],
  types: { S: seqOf(ANY_1), I: types("i64") },
  attributes: {},
  infer: () => [tensorType("i64", [])],
  reference: ([sequence]) => [tensorFrom("i64", [], [(sequence as SequenceValue).items.length])],
  accuracy: "exact",
  samples: () => [{ inputs: [sampleSequence([1], [2])], outputs: [tensorFrom("i64", [], [2])] }],
});
