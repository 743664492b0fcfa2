import { int, string } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import {
  REAL_AND_BOOL_1B,
  TEXT_AND_NUMBERS_13,
  TEXT_AND_NUMBERS_19,
  TEXT_AND_NUMBERS_21,
  TEXT_AND_NUMBERS_23,
  TEXT_AND_NUMBERS_24,
  TEXT_AND_NUMBERS_25,
  TEXT_AND_NUMBERS_28,
  TEXT_AND_NUMBERS_9,
} from "../type-sets.ts";

/** ONNX Cast. */
export const cast = defineOperator({
  name: "Cast",
  versions: [
    { since: 28 },
    { since: 25, types: { T1: TEXT_AND_NUMBERS_25, T2: TEXT_AND_NUMBERS_25 } },
    { since: 24, types: { T1: TEXT_AND_NUMBERS_24, T2: TEXT_AND_NUMBERS_24 } },
    {
      since: 23,
      types: { T1: TEXT_AND_NUMBERS_23, T2: TEXT_AND_NUMBERS_23 },
      attributes: { saturate: int({ default: 1 }), to: int({ required: true }) },
    },
    { since: 21, types: { T1: TEXT_AND_NUMBERS_21, T2: TEXT_AND_NUMBERS_21 } },
    { since: 19, types: { T1: TEXT_AND_NUMBERS_19, T2: TEXT_AND_NUMBERS_19 } },
    {
      since: 13,
      types: { T1: TEXT_AND_NUMBERS_13, T2: TEXT_AND_NUMBERS_13 },
      attributes: { to: int({ required: true }) },
    },
    { since: 9, types: { T1: TEXT_AND_NUMBERS_9, T2: TEXT_AND_NUMBERS_9 } },
    { since: 6, types: { T1: REAL_AND_BOOL_1B, T2: REAL_AND_BOOL_1B } },
    { since: 1, attributes: { to: string({ required: true }) } },
  ],
  inputs: [required("input", "T1")],
  outputs: [required("output", "T2")],
  types: { T1: TEXT_AND_NUMBERS_28, T2: TEXT_AND_NUMBERS_28 },
  attributes: { round_mode: string({ default: "up" }), saturate: int({ default: 1 }), to: int({ required: true }) },
  accuracy: "exact",
});
