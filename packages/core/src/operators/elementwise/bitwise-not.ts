import { sameAsFirst } from "../../inference/shapes.ts";
import { unary } from "../../kernels/elementwise.ts";
import { unaryPoints } from "../../lowering/elementwise.ts";
import { defineOperator, required } from "../operator.ts";
import { INTS_18 } from "../type-sets.ts";
import { vector } from "./samples.ts";

/** The bits of x inverted, elementwise. ONNX BitwiseNot. */
export const bitwiseNot = defineOperator({
  name: "BitwiseNot",
  versions: [{ since: 18 }],
  inputs: [required("X", "T")],
  outputs: [required("Y", "T")],
  types: { T: INTS_18 },
  attributes: {},
  infer: sameAsFirst,
  reference: unary({ int: (x) => ~x, big: (x) => ~x }),
  lower: unaryPoints((x, k) => k.not(x)),
  accuracy: "exact",
  samples: () => [
    { inputs: [vector("i32", 0, -1, 5)], outputs: [vector("i32", -1, 0, -6)] },
    { inputs: [vector("u8", 0, 255, 5)], outputs: [vector("u8", 255, 0, 250)] },
    { inputs: [vector("u64", 0n, 1n)], outputs: [vector("u64", 2n ** 64n - 1n, 2n ** 64n - 2n)] },
  ],
});
