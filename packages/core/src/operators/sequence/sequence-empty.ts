import { type DType, dtypeOfOnnxCode } from "../../dtypes/dtypes.ts";
import { tensorType } from "../../tensors/values.ts";
import { int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { ANY_1, seqOf } from "../type-sets.ts";
import { sampleSequence, sequenceOf } from "./sequences.ts";

/** A sequence without items; dtype (default: f32) says of what. ONNX SequenceEmpty. */
export const sequenceEmpty = defineOperator({
  name: "SequenceEmpty",
  versions: [{ since: 11 }],
  inputs: [],
  outputs: [required("output", "S")],
  types: { S: seqOf(ANY_1) },
  attributes: { dtype: int() },
  infer: (context) => [{ kind: "sequence", element: tensorType(dtypeOf(context.attributes.dtype, context)) }],
  reference: (_inputs, { dtype }, context) => [sequenceOf(dtypeOf(dtype, context), [])],
  accuracy: "exact",
  samples: () => [
    { inputs: [], outputs: [sampleSequence()] },
    { attributes: { dtype: 7 }, inputs: [], outputs: [sequenceOf("i64", [])] },
  ],
  errors: () => [{ attributes: { dtype: 99 }, inputs: [], message: /dtype 99/ }],
});

function dtypeOf(code: number | undefined, context: { fail(rule: string): never }): DType {
  const dtype = code === undefined ? "f32" : dtypeOfOnnxCode(code);
  if (dtype === undefined || !ANY_1.includes(dtype)) context.fail(`dtype ${code} must be one that sequences may hold`);
  return dtype;
}
