import { sameShapeAs } from "../../inference/shapes.ts";
import { mapTo } from "../../kernels/elementwise.ts";
import { unaryPoints } from "../../lowering/elementwise.ts";
import { int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { FLOATS_20, types } from "../type-sets.ts";
import { vector } from "./samples.ts";

interface Signs {
  readonly detect_negative: number;
  readonly detect_positive: number;
}

function isWantedInfinity(x: number, signs: Signs): boolean {
  return (x === Infinity && signs.detect_positive !== 0) || (x === -Infinity && signs.detect_negative !== 0);
}

/** Whether x is an infinity of a sign that is looked for, elementwise. ONNX IsInf. */
export const isInf = defineOperator({
  name: "IsInf",
  versions: [{ since: 20 }, { since: 10, types: { T1: types("f32 f64"), T2: types("bool") } }],
  inputs: [required("X", "T1")],
  outputs: [required("Y", "T2")],
  types: { T1: FLOATS_20, T2: types("bool") },
  attributes: { detect_negative: int({ default: 1 }), detect_positive: int({ default: 1 }) },
  infer: sameShapeAs("bool"),
  reference: mapTo("bool", (x, attributes) => (isWantedInfinity(x, attributes) ? 1 : 0)),
  lower: unaryPoints((x, k, { attributes }) =>
    k.or(
      k.and(k.eq(x, Infinity), k.constant("bool", attributes.detect_positive !== 0)),
      k.and(k.eq(x, -Infinity), k.constant("bool", attributes.detect_negative !== 0)),
    ),
  ),
  accuracy: "exact",
  samples: () => {
    const inputs = [vector("f32", -1.5, NaN, Infinity, 3.5, -Infinity)];
    return [
      { inputs, outputs: [vector("bool", false, false, true, false, true)] },
      { attributes: { detect_positive: 0 }, inputs, outputs: [vector("bool", false, false, false, false, true)] },
      { attributes: { detect_negative: 0 }, inputs, outputs: [vector("bool", false, false, true, false, false)] },
    ];
  },
});
