import { graph } from "../attributes.ts";
import { defineOperator, required, variadic } from "../operator.ts";
import { ANY_1, seqOf, types } from "../type-sets.ts";

/** ONNX SequenceMap. */
export const sequenceMap = defineOperator({
  name: "SequenceMap",
  versions: [{ since: 17 }],
  inputs: [required("input_sequence", "S"), variadic("additional_inputs", "V", { min: 0, heterogeneous: true })],
  outputs: [variadic("out_sequence", "S", { heterogeneous: true })],
  types: { S: seqOf(ANY_1), V: types(ANY_1, seqOf(ANY_1)) },
  attributes: { body: graph({ required: true }) },
  accuracy: "exact",
});
