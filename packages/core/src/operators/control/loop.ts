import type { Inferred } from "../../inference/context.ts";
import { type Dim, formatShape, isNonNegative } from "../../snapshot/dims.ts";
import type { Graph, GraphInput } from "../../snapshot/types.ts";
import { bigints, tensorFrom } from "../../tensors/elements.ts";
import { elementCount, type Tensor } from "../../tensors/tensor.ts";
import { tensorType } from "../../tensors/values.ts";
import { graph, int64 } from "../attributes.ts";
import { defineOperator, optional, variadic } from "../operator.ts";
import { sampleGraph, sampleNode } from "../sample-graph.ts";
import { ANY_1, ANY_13, ANY_19, ANY_21, ANY_23, ANY_24, ANY_25, optionalOf, seqOf, types } from "../type-sets.ts";
import { collector } from "./collector.ts";
import { inferIterations } from "./infer-iterations.ts";
import { isTrue } from "./is-true.ts";

/**
 * The body run while the condition holds, at most M times: states go from one iteration to the next, other outputs
 * are stacked. A condition that the node does not start with is not looked at. ONNX Loop.
 */
export const loop = defineOperator({
  name: "Loop",
  versions: [
    { since: 25 },
    {
      since: 24,
      types: {
        V: types(ANY_24, seqOf(ANY_24), optionalOf(ANY_24), optionalOf(seqOf(ANY_13))),
        I: types("i64"),
        B: types("bool"),
      },
    },
    {
      since: 23,
      types: {
        V: types(ANY_23, seqOf(ANY_23), optionalOf(ANY_23), optionalOf(seqOf(ANY_13))),
        I: types("i64"),
        B: types("bool"),
      },
    },
    {
      since: 21,
      types: {
        V: types(ANY_21, seqOf(ANY_21), optionalOf(ANY_21), optionalOf(seqOf(ANY_13))),
        I: types("i64"),
        B: types("bool"),
      },
    },
    {
      since: 19,
      types: {
        V: types(ANY_19, seqOf(ANY_19), optionalOf(ANY_19), optionalOf(seqOf(ANY_13))),
        I: types("i64"),
        B: types("bool"),
      },
    },
    {
      since: 16,
      types: {
        V: types(ANY_13, seqOf(ANY_13), optionalOf(ANY_13), optionalOf(seqOf(ANY_13))),
        I: types("i64"),
        B: types("bool"),
      },
    },
    { since: 13, types: { V: types(ANY_1, seqOf(ANY_1)), I: types("i64"), B: types("bool") } },
    { since: 11, types: { V: ANY_1, I: types("i64"), B: types("bool") } },
    {
      since: 1,
      inputs: [optional("M", "I"), optional("cond", "B"), variadic("v_initial", "V", { heterogeneous: true })],
      changed: "a loop may be without states",
      downgrade: (node) => (node.inputs.length > 2 ? node : undefined),
    },
  ],
  inputs: [optional("M", "I"), optional("cond", "B"), variadic("v_initial", "V", { min: 0, heterogeneous: true })],
  outputs: [variadic("v_final_and_scan_outputs", "V", { heterogeneous: true })],
  types: {
    V: types(ANY_25, seqOf(ANY_25), optionalOf(ANY_25), optionalOf(seqOf(ANY_13))),
    I: types("i64"),
    B: types("bool"),
  },
  attributes: { body: graph({ required: true }) },
  infer(context) {
    const { body } = context.attributes;
    const stateCount = Math.max(0, context.inputCount - 2);
    checkBody(body, stateCount, context.outputCount, context);
    const before = [tensorType("i64", rankOne(body.inputs[0])), tensorType("bool", rankOne(body.inputs[1]))];
    const initial = Array.from({ length: stateCount }, (_, i) => context.type(i + 2));
    const { states, outputs } = inferIterations(body, before, initial, [], 1, context);
    const trips = context.has(1) ? undefined : context.values(0)?.[0];
    const length = trips !== undefined && isNonNegative(trips) ? trips : context.fresh();
    const stacks = outputs.slice(1 + stateCount).map((type) => stackOf(type, length));
    return [...states, ...stacks].slice(0, context.outputCount);
  },
  reference: function* ([trips, condition, ...initial], { body }, context) {
    checkBody(body, initial.length, context.outputCount, context);
    const limit = trips === undefined ? undefined : countOf(trips as Tensor, context);
    const follows = condition !== undefined;
    const shapes = body.inputs.slice(0, 2).map(rankOne);
    const stacks = body.outputs.slice(1 + initial.length).map((output) => collector(output, 1, context));
    let states = initial.map((state, i) => state ?? context.fail(`initial value ${i} is missing`));
    let holds = !follows || isTrue(condition, context);
    for (let i = 0n; holds && (limit === undefined || i < limit); i++) {
      const given = [tensorFrom("i64", shapes[0], [i]), tensorFrom("bool", shapes[1], [holds]), ...states];
      const outputs = yield* context.runGraph(body, given);
      if (follows) holds = isTrue(outputs[0], context);
      states = outputs.slice(1, 1 + states.length);
      for (const [k, stack] of stacks.entries()) {
        if (context.wants(states.length + k)) yield* stack.add(outputs[1 + states.length + k]);
      }
      yield undefined;
    }
    return [...states, ...stacks.map((stack, k) => (context.wants(states.length + k) ? stack.finish() : undefined))];
  },
  accuracy: "exact",
  samples: () => {
    const scalar = tensorType("i64", []);
    const condition = tensorType("bool", []);
    const body = sampleGraph(
      [
        { name: "i", type: scalar },
        { name: "go", type: condition },
        { name: "sum", type: scalar },
      ],
      [
        sampleNode("Add", ["sum", "i"], ["next"]),
        sampleNode("Constant", [], ["limit"], { value_int: 3 }, { value_int: int64() }),
        sampleNode("Less", ["next", "limit"], ["again"]),
      ],
      [
        { name: "again", type: condition },
        { name: "next", type: scalar },
        { name: "i", type: scalar },
      ],
    );
    const [go, stop, zero] = [tensorFrom("bool", [], [1]), tensorFrom("bool", [], [0]), tensorFrom("i64", [], [0])];
    const vector = (...values: number[]): Tensor => tensorFrom("i64", [values.length], values);
    return [
      {
        attributes: { body },
        inputs: [tensorFrom("i64", [], [2]), go, zero],
        outputs: [tensorFrom("i64", [], [1]), vector(0, 1)],
      },
      {
        attributes: { body },
        inputs: [tensorFrom("i64", [], [2n ** 62n]), go, zero],
        outputs: [tensorFrom("i64", [], [3]), vector(0, 1, 2)],
      },
      { attributes: { body }, inputs: [undefined, stop, zero], outputs: [zero, vector()] },
    ];
  },
});

function checkBody(
  { inputs, outputs }: Graph,
  states: number,
  wanted: number,
  context: { fail(rule: string): never },
): void {
  if (inputs.length !== states + 2) context.fail(`the body has ${inputs.length} inputs, expected ${states + 2}`);
  const needed = Math.max(1 + states, 1 + wanted);
  if (outputs.length < needed) context.fail(`the body has ${outputs.length} outputs, expected at least ${needed}`);
}

/**
 * The shape of the iteration number and the condition: that of a scalar, unless the body declares one element in a
 * vector.
 */
function rankOne({ type }: GraphInput): readonly number[] {
  return type?.kind === "tensor" && type.shape?.length === 1 ? [1] : [];
}

function countOf(trips: Tensor, context: { fail(rule: string): never }): bigint {
  if (elementCount(trips.shape) !== 1) context.fail(`M has shape ${formatShape(trips.shape)}, expected one element`);
  return bigints(trips)[0];
}

function stackOf(type: Inferred, length: Dim): Inferred {
  if (type?.kind !== "tensor") return undefined;
  return tensorType(type.dtype, type.shape && [length, ...type.shape]);
}
