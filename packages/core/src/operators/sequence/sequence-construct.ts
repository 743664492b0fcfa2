import { mergeTypes } from "../../inference/merge-types.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import type { Value } from "../../tensors/values.ts";
import { defineOperator, required, variadic } from "../operator.ts";
import { ANY_1, seqOf } from "../type-sets.ts";
import { sampleSequence, sequenceOf } from "./sequences.ts";

/** A sequence of the inputs, at least one. ONNX SequenceConstruct. */
export const sequenceConstruct = defineOperator({
  name: "SequenceConstruct",
  versions: [{ since: 11 }],
  inputs: [variadic("inputs", "T")],
  outputs: [required("output_sequence", "S")],
  types: { T: ANY_1, S: seqOf(ANY_1) },
  attributes: {},
  infer(context) {
    const types = Array.from({ length: context.inputCount }, (_, i) => context.type(i));
    const element = types.reduce((total, next) => mergeTypes(total, next, () => context.fresh()));
    return [element && { kind: "sequence", element }];
  },
  reference: (inputs) => [sequenceOf((inputs[0] as Tensor).dtype, inputs as readonly Value[])],
  accuracy: "exact",
  samples: () => [
    {
      inputs: [tensorFrom("f32", [1], [1]), tensorFrom("f32", [2], [2, 3])],
      outputs: [sampleSequence([1], [2, 3])],
    },
  ],
});
