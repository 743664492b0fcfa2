import { broadcast } from "../../inference/shapes.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { elementPoints } from "../../lowering/elementwise.ts";
import { ints } from "../attributes.ts";
import { dropConsumedInputs } from "../edit-node.ts";
import { defineOperator, required, variadic } from "../operator.ts";
import { types } from "../type-sets.ts";
import { addAll } from "./add-all.ts";
import { downgradeToEqualShapes } from "./legacy-broadcast.ts";
import { binarySamples, vector } from "./samples.ts";

/** The mean of all inputs, broadcast, rounded once. ONNX Mean. */
export const mean = defineOperator({
  name: "Mean",
  versions: [
    { since: 13 },
    { since: 8, types: { T: types("f16 f32 f64") } },
    { since: 6, changed: "inputs broadcast", downgrade: downgradeToEqualShapes },
    { since: 1, attributes: { consumed_inputs: ints() }, upgrade: dropConsumedInputs },
  ],
  inputs: [variadic("data_0", "T")],
  outputs: [required("mean", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: {},
  infer: broadcast(),
  reference: (inputs, _attributes, context) => addAll(inputs as Tensor[], inputs.length, context),
  lower: elementPoints((all, k) =>
    k.div(
      all.reduce((total, next) => k.add(total, next)),
      all.length,
    ),
  ),
  accuracy: "reduction",
  samples: () => [
    ...binarySamples(["f32", "f16", "f64"], [7, 3, 6], [2, 2, 3], (x, y) => (x + y) / 2),
    {
      inputs: [vector("f32", 3, 0, 2), vector("f32", 1, 3, 4), vector("f32", 2, 6, 6)],
      outputs: [vector("f32", 2, 3, 4)],
    },
  ],
  errors: () => [{ inputs: [vector("f32", 1, 2), vector("f32", 1, 2, 3)], message: /broadcast/ }],
});
