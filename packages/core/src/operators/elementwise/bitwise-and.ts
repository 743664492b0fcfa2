import { broadcast } from "../../inference/shapes.ts";
import { binary } from "../../kernels/elementwise.ts";
import { variadicPoints } from "../../lowering/elementwise.ts";
import { defineOperator, required } from "../operator.ts";
import { INTS_18 } from "../type-sets.ts";
import { binarySamples, vector } from "./samples.ts";

/** The bits of a and b, broadcast. ONNX BitwiseAnd. */
export const bitwiseAnd = defineOperator({
  name: "BitwiseAnd",
  versions: [{ since: 18 }],
  inputs: [required("A", "T"), required("B", "T")],
  outputs: [required("C", "T")],
  types: { T: INTS_18 },
  attributes: {},
  infer: broadcast(),
  reference: binary({ int: (x, y) => x & y, big: (x, y) => x & y }),
  lower: variadicPoints("and"),
  accuracy: "exact",
  samples: () => binarySamples(["i32", "u8", "i16", "u64", "i64"], [12, 5, 7], [10, 0, 9], (x, y) => x & y),
  errors: () => [{ inputs: [vector("i32", 1, 2), vector("i32", 1, 2, 3)], message: /broadcast/ }],
});
