import { int, string } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import {
  TEXT_AND_NUMBERS_13,
  TEXT_AND_NUMBERS_19,
  TEXT_AND_NUMBERS_21,
  TEXT_AND_NUMBERS_23,
  TEXT_AND_NUMBERS_24,
  TEXT_AND_NUMBERS_25,
} from "../type-sets.ts";

/** ONNX CastLike. */
export const castLike = defineOperator({
  name: "CastLike",
  versions: [
    { since: 25 },
    { since: 24, types: { T1: TEXT_AND_NUMBERS_24, T2: TEXT_AND_NUMBERS_24 } },
    {
      since: 23,
      types: { T1: TEXT_AND_NUMBERS_23, T2: TEXT_AND_NUMBERS_23 },
      attributes: { saturate: int({ default: 1 }) },
    },
    { since: 21, types: { T1: TEXT_AND_NUMBERS_21, T2: TEXT_AND_NUMBERS_21 } },
    { since: 19, types: { T1: TEXT_AND_NUMBERS_19, T2: TEXT_AND_NUMBERS_19 } },
    { since: 15, types: { T1: TEXT_AND_NUMBERS_13, T2: TEXT_AND_NUMBERS_13 }, attributes: {} },
  ],
  inputs: [required("input", "T1"), required("target_type", "T2")],
  outputs: [required("output", "T2")],
  types: { T1: TEXT_AND_NUMBERS_25, T2: TEXT_AND_NUMBERS_25 },
  attributes: { round_mode: string({ default: "up" }), saturate: int({ default: 1 }) },
  accuracy: "exact",
});
