import { itemType, withoutShapes } from "../../inference/merge-types.ts";
import type { KernelContext, Steps } from "../../kernels/context.ts";
import { copied } from "../../kernels/move.ts";
import type { Graph, GraphOutput } from "../../snapshot/types.ts";
import { memoryBytes } from "../../tensors/bytes.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import { elementCount } from "../../tensors/tensor.ts";
import { type SequenceValue, tensorType, typeOfValue, type Value, type ValueType } from "../../tensors/values.ts";
import { graph } from "../attributes.ts";
import { defineOperator, required, variadic } from "../operator.ts";
import { sampleGraph, sampleNode } from "../sample-graph.ts";
import { ANY_1, seqOf, types } from "../type-sets.ts";
import { sampleSequence } from "./sequences.ts";

/**
 * The body run for each item of the first input; other sequences give their item at the same place, tensors
 * themselves. ONNX SequenceMap.
 */
export const sequenceMap = defineOperator({
  name: "SequenceMap",
  versions: [{ since: 17 }],
  inputs: [required("input_sequence", "S"), variadic("additional_inputs", "V", { min: 0, heterogeneous: true })],
  outputs: [variadic("out_sequence", "S", { heterogeneous: true })],
  types: { S: seqOf(ANY_1), V: types(ANY_1, seqOf(ANY_1)) },
  attributes: { body: graph({ required: true }) },
  infer(context) {
    const { body } = context.attributes;
    checkBody(body, context.inputCount, context);
    const inputs = Array.from({ length: context.inputCount }, (_, i) => {
      const type = context.type(i);
      return type?.kind === "sequence" ? itemType(type.element, () => context.fresh()) : type;
    });
    const outputs = context.inferGraph(body, inputs).slice(0, context.outputCount);
    return outputs.map((element) => element && { kind: "sequence", element });
  },
  reference: function* (inputs, { body }, context) {
    checkBody(body, inputs.length, context);
    const { items } = inputs[0] as SequenceValue;
    for (const [i, input] of inputs.entries()) {
      if (input?.kind === "sequence" && input.items.length !== items.length) {
        context.fail(`input ${i} has ${input.items.length} items, expected ${items.length} as the first`);
      }
    }
    const results = body.outputs.slice(0, context.outputCount).map((): Value[] => []);
    for (let at = 0; at < items.length; at++) {
      const given = inputs.map((input) => (input?.kind === "sequence" ? input.items[at] : input) as Value);
      const outputs = yield* context.runGraph(body, given);
      for (const [i, result] of results.entries()) result.push(yield* kept(outputs[i], context));
      yield undefined;
    }
    return results.map((result, i) => ({
      kind: "sequence",
      element: elementType(result, body.outputs[i], context),
      items: result,
    }));
  },
  accuracy: "exact",
  samples: () => {
    const body = sampleGraph(
      [
        { name: "x", type: tensorType("f32") },
        { name: "y", type: tensorType("f32") },
      ],
      [sampleNode("Identity", ["x"], ["a"]), sampleNode("Identity", ["y"], ["b"])],
      [
        { name: "a", type: tensorType("f32") },
        { name: "b", type: tensorType("f32") },
      ],
    );
    return [
      {
        attributes: { body },
        inputs: [sampleSequence([1], [2, 3]), tensorFrom("f32", [1], [7])],
        outputs: [sampleSequence([1], [2, 3]), sampleSequence([7], [7])],
      },
      {
        attributes: { body },
        inputs: [sampleSequence(), sampleSequence()],
        outputs: [sampleSequence(), sampleSequence()],
      },
    ];
  },
});

function checkBody(
  { inputs, outputs }: Graph,
  inputCount: number,
  context: { readonly outputCount: number; fail(rule: string): never },
): void {
  if (inputs.length !== inputCount) context.fail(`the body has ${inputs.length} inputs, expected ${inputCount}`);
  if (outputs.length < context.outputCount) {
    context.fail(`the body has ${outputs.length} outputs, expected ${context.outputCount}`);
  }
}

/** A result as it is kept until all are there: accounted for, and not holding much larger storage alive. */
function* kept(value: Value, context: KernelContext): Steps<Value> {
  if (value.kind !== "tensor") context.fail(`the body gives a ${value.kind}, expected a tensor`);
  const count = elementCount(value.shape);
  if (value.data.length > 4 * count + 64) return yield* copied(value, context);
  context.reserve(memoryBytes(context.wide ? "f64" : value.dtype, count));
  return value;
}

function elementType(items: readonly Value[], output: GraphOutput, context: KernelContext): ValueType {
  const [first] = items;
  const type = first === undefined ? output.type : typeOfValue(first);
  if (type === undefined) context.fail(`the type of the body's output ${output.name} must be known`);
  return withoutShapes(type);
}
