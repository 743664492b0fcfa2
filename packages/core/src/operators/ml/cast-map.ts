import { int, string } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX CastMap. */
export const castMap = defineOperator({
  name: "CastMap",
  domain: "ai.onnx.ml",
  versions: [{ since: 1 }],
  inputs: [required("X", "T1")],
  outputs: [required("Y", "T2")],
  types: { T1: types("map(i64,string) map(i64,f32)"), T2: types("i64 f32 string") },
  attributes: {
    cast_to: string({ default: "TO_FLOAT" }),
    map_form: string({ default: "DENSE" }),
    max_map: int({ default: 1 }),
  },
  accuracy: "exact",
});
