import { string } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { INTS_18, types } from "../type-sets.ts";

/** ONNX BitShift. */
export const bitShift = defineOperator({
  name: "BitShift",
  versions: [{ since: 28 }, { since: 11, types: { T: types("u8 u16 u32 u64") } }],
  inputs: [required("X", "T"), required("Y", "T")],
  outputs: [required("Z", "T")],
  types: { T: INTS_18 },
  attributes: { direction: string({ required: true }) },
  accuracy: "exact",
});
