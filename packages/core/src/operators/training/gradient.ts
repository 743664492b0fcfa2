import { tensorFrom } from "../../tensors/elements.ts";
import { string, strings } from "../attributes.ts";
import { defineOperator, variadic } from "../operator.ts";
import { ANY_1, types } from "../type-sets.ts";

/**
 * The derivatives of value `y` of the surrounding graph by each value named in `xs`. ONNX Gradient. An interpreter of
 * forward operators cannot run it: it has no derivative of each operator, so the reference always fails.
 */
export const gradient = defineOperator({
  name: "Gradient",
  domain: "ai.onnx.preview.training",
  versions: [{ since: 1 }],
  inputs: [variadic("Inputs", "T1", { heterogeneous: true })],
  outputs: [variadic("Outputs", "T2", { heterogeneous: true })],
  types: { T1: ANY_1, T2: types("f16 f32 f64") },
  attributes: { xs: strings({ required: true }), y: string({ required: true }), zs: strings() },
  infer(context) {
    const { xs, zs } = context.attributes;
    const named = xs.length + (zs?.length ?? 0);
    if (named !== context.inputCount)
      context.fail(`${context.inputCount} inputs must be as many as xs and zs name (${named})`);
    return xs.map((_, i) => context.type(i));
  },
  reference(_inputs, _attributes, context) {
    return context.fail(
      "Gradient differentiates the graph around it, which an interpreter of forward operators cannot do",
    );
  },
  accuracy: "rounding",
  samples: () => [],
  errors: () => [
    { attributes: { xs: ["x"], y: "y" }, inputs: [tensorFrom("f32", [], [1])], message: /cannot do/ },
    {
      attributes: { xs: ["x", "w"], y: "y" },
      inputs: [tensorFrom("f32", [], [1])],
      message: /1 inputs must be as many/,
    },
  ],
});
