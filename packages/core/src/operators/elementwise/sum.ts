import { broadcast } from "../../inference/shapes.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { variadicPoints } from "../../lowering/elementwise.ts";
import { ints } from "../attributes.ts";
import { dropConsumedInputs } from "../edit-node.ts";
import { defineOperator, required, variadic } from "../operator.ts";
import { types } from "../type-sets.ts";
import { addAll } from "./add-all.ts";
import { downgradeToEqualShapes } from "./legacy-broadcast.ts";
import { binarySamples, vector } from "./samples.ts";

/** The sum of all inputs, broadcast, rounded once. ONNX Sum. */
export const sum = defineOperator({
  name: "Sum",
  versions: [
    { since: 13 },
    { since: 8, types: { T: types("f16 f32 f64") } },
    { since: 6, changed: "inputs broadcast", downgrade: downgradeToEqualShapes },
    { since: 1, attributes: { consumed_inputs: ints() }, upgrade: dropConsumedInputs },
  ],
  inputs: [variadic("data_0", "T")],
  outputs: [required("sum", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: {},
  infer: broadcast(),
  reference: (inputs, _attributes, context) => addAll(inputs as Tensor[], 1, context),
  lower: variadicPoints("add"),
  accuracy: "reduction",
  samples: () => [
    ...binarySamples(["f32", "f16", "f64"], [7, 3, 6], [2, 2, 3], (x, y) => x + y),
    {
      inputs: [vector("f32", 3, 0, 2), vector("f32", 1, 3, 4), vector("f32", 2, 6, 6)],
      outputs: [vector("f32", 6, 9, 12)],
    },
  ],
  errors: () => [{ inputs: [vector("f32", 1, 2), vector("f32", 1, 2, 3)], message: /broadcast/ }],
});
