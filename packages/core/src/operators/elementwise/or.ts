import { broadcast } from "../../inference/shapes.ts";
import { binary } from "../../kernels/elementwise.ts";
import { variadicPoints } from "../../lowering/elementwise.ts";
import { int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { downgradeBroadcast, upgradeBroadcast } from "./legacy-broadcast.ts";
import { binarySamples, vector } from "./samples.ts";

/** a or b, broadcast. ONNX Or. */
export const or = defineOperator({
  name: "Or",
  versions: [
    { since: 7 },
    {
      since: 1,
      attributes: { axis: int(), broadcast: int({ default: 0 }) },
      changed: "numpy broadcasting in place of axis and broadcast",
      upgrade: upgradeBroadcast,
      downgrade: downgradeBroadcast,
    },
  ],
  inputs: [required("A", "T"), required("B", "T")],
  outputs: [required("C", "T1")],
  types: { T: types("bool"), T1: types("bool") },
  attributes: {},
  infer: broadcast("bool"),
  reference: binary({ int: (x, y) => x | y }),
  lower: variadicPoints("or"),
  accuracy: "exact",
  samples: () => binarySamples(["bool"], [0, 0, 1, 1], [0, 1, 0, 1], (x, y) => x | y),
  errors: () => [{ inputs: [vector("bool", 1, 0), vector("bool", 1, 0, 1)], message: /broadcast/ }],
});
