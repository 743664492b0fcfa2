import { broadcast } from "../../inference/shapes.ts";
import { binary } from "../../kernels/elementwise.ts";
import { subDims } from "../../snapshot/dims.ts";
import { variadicPoints } from "../../lowering/elementwise.ts";
import { int, ints } from "../attributes.ts";
import { dropConsumedInputs } from "../edit-node.ts";
import { defineOperator, required } from "../operator.ts";
import { REAL_1, REAL_13B, REAL_13E, types } from "../type-sets.ts";
import { downgradeBroadcast, upgradeBroadcast } from "./legacy-broadcast.ts";
import { propagateBinary } from "./propagate-elements.ts";
import { binarySamples, vector } from "./samples.ts";

function subtractBlock(x: Float64Array, y: Float64Array, out: Float64Array, length: number): void {
  for (let i = 0; i < length; i++) out[i] = x[i] - y[i];
}

/** a - b, broadcast; ints wrap. ONNX Sub. */
export const sub = defineOperator({
  name: "Sub",
  versions: [
    { since: 14 },
    { since: 13, types: { T: REAL_13B } },
    { since: 7, types: { T: REAL_1 } },
    {
      since: 6,
      attributes: { axis: int(), broadcast: int({ default: 0 }) },
      changed: "numpy broadcasting in place of axis and broadcast",
      upgrade: upgradeBroadcast,
      downgrade: downgradeBroadcast,
    },
    {
      since: 1,
      types: { T: types("f16 f32 f64") },
      attributes: { axis: int(), broadcast: int({ default: 0 }), consumed_inputs: ints() },
      upgrade: dropConsumedInputs,
    },
  ],
  inputs: [required("A", "T"), required("B", "T")],
  outputs: [required("C", "T")],
  types: { T: REAL_13E },
  attributes: {},
  infer: broadcast(),
  propagate: propagateBinary(subDims),
  reference: binary({ block: subtractBlock, big: (x, y) => x - y }),
  lower: variadicPoints("sub"),
  accuracy: "rounding",
  samples: () => binarySamples(["f32", "f16", "f64", "i32", "i64", "i8"], [7, 3, 6], [2, 2, 3], (x, y) => x - y),
  errors: () => [{ inputs: [vector("f32", 1, 2), vector("f32", 1, 2, 3)], message: /broadcast/ }],
});
