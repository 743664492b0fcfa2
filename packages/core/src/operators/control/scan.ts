import type { Inferred } from "../../inference/context.ts";
import { normalizeAxis } from "../../kernels/broadcast.ts";
import { type Dim, formatShape, sameDim } from "../../snapshot/dims.ts";
import type { Graph } from "../../snapshot/types.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import { selected, sliced, type Tensor, transposed } from "../../tensors/tensor.ts";
import { tensorType, typeOfValue, type Value } from "../../tensors/values.ts";
import { graph, int, ints } from "../attributes.ts";
import { defineOperator, optional, variadic } from "../operator.ts";
import { sampleGraph, sampleNode } from "../sample-graph.ts";
import { ANY_1, ANY_13, ANY_19, ANY_21, ANY_23, ANY_24, ANY_25, types } from "../type-sets.ts";
import { collector } from "./collector.ts";
import { inferIterations } from "./infer-iterations.ts";
import { scanEachOfBatch } from "./scan-each-of-batch.ts";

/**
 * The body run for each position of the scan inputs along their axes: states go from one iteration to the next, other
 * outputs are stacked. ONNX Scan.
 */
export const scan = defineOperator({
  name: "Scan",
  versions: [
    { since: 25 },
    { since: 24, types: { V: ANY_24 } },
    { since: 23, types: { V: ANY_23 } },
    { since: 21, types: { V: ANY_21 } },
    { since: 19, types: { V: ANY_19 } },
    { since: 16, types: { V: ANY_13 } },
    { since: 11, types: { V: ANY_1 } },
    { since: 9 },
    {
      since: 8,
      inputs: [optional("sequence_lens", "I"), variadic("initial_state_and_scan_inputs", "V", { heterogeneous: true })],
      types: { I: types("i64"), V: ANY_1 },
      attributes: { body: graph({ required: true }), directions: ints(), num_scan_inputs: int({ required: true }) },
      changed: "no batch axis; other axes and output directions",
      upgrade: scanEachOfBatch,
      downgrade: () => undefined,
    },
  ],
  inputs: [variadic("initial_state_and_scan_inputs", "V", { heterogeneous: true })],
  outputs: [variadic("final_state_and_scan_outputs", "V", { heterogeneous: true })],
  types: { V: ANY_25 },
  attributes: {
    body: graph({ required: true }),
    num_scan_inputs: int({ required: true }),
    scan_input_axes: ints(),
    scan_input_directions: ints(),
    scan_output_axes: ints(),
    scan_output_directions: ints(),
  },
  infer(context) {
    const { body } = context.attributes;
    const layout = layoutOf(context.attributes, context.inputCount, context);
    const scanned = Array.from({ length: layout.scans }, (_, j) => context.type(layout.states + j));
    const elements = scanned.map((type, j) => elementOf(type, layout.inputAxes[j], context));
    const length = scanLength(scanned, layout.inputAxes, context);
    const initial = Array.from({ length: layout.states }, (_, i) => context.type(i));
    const { states, outputs } = inferIterations(body, [], initial, elements, 0, context);
    const stacks = outputs.slice(layout.states).map((type, k) => {
      if (type?.kind !== "tensor") return undefined;
      if (type.shape === undefined) return tensorType(type.dtype);
      const axis = normalizeAxis(layout.outputAxes[k], type.shape.length + 1, context);
      return tensorType(type.dtype, type.shape.toSpliced(axis, 0, length));
    });
    return [...states, ...stacks].slice(0, context.outputCount);
  },
  reference: function* (inputs, attributes, context) {
    const { body } = attributes;
    const layout = layoutOf(attributes, inputs.length, context);
    const scans = inputs.slice(layout.states) as Tensor[];
    const axes = scans.map(({ shape }, j) => normalizeAxis(layout.inputAxes[j], shape.length, context));
    const length = scanLength(scans.map(typeOfValue), layout.inputAxes, context) as number;
    const stacks = body.outputs.slice(layout.states).map((output) => collector(output, length, context));
    let states = inputs.slice(0, layout.states) as Value[];
    for (let t = 0; t < length; t++) {
      const elements = scans.map((scan, j) => selected(scan, axes[j], layout.inputReverse[j] ? length - 1 - t : t));
      const outputs = yield* context.runGraph(body, [...states, ...elements]);
      states = outputs.slice(0, layout.states);
      for (const [k, stack] of stacks.entries()) yield* stack.add(outputs[layout.states + k]);
      yield undefined;
    }
    return [...states, ...stacks.map((stack, k) => arranged(stack.finish(), k, layout, context))];
  },
  accuracy: "exact",
  samples: () => {
    const body = sampleGraph(
      [
        { name: "sum", type: tensorType("f32", [2]) },
        { name: "x", type: tensorType("f32", [2]) },
      ],
      [sampleNode("Add", ["sum", "x"], ["next"]), sampleNode("Identity", ["next"], ["seen"])],
      [
        { name: "next", type: tensorType("f32", [2]) },
        { name: "seen", type: tensorType("f32", [2]) },
      ],
    );
    const inputs = [tensorFrom("f32", [2], [0, 0]), tensorFrom("f32", [3, 2], [1, 2, 3, 4, 5, 6])];
    const sum = tensorFrom("f32", [2], [9, 12]);
    return [
      {
        attributes: { body, num_scan_inputs: 1 },
        inputs,
        outputs: [sum, tensorFrom("f32", [3, 2], [1, 2, 4, 6, 9, 12])],
      },
      {
        attributes: {
          body,
          num_scan_inputs: 1,
          scan_input_directions: [1],
          scan_output_axes: [-1],
          scan_output_directions: [1],
        },
        inputs,
        outputs: [sum, tensorFrom("f32", [2, 3], [9, 8, 5, 12, 10, 6])],
      },
    ];
  },
});

interface Attributes {
  readonly body: Graph;
  readonly num_scan_inputs: number;
  readonly scan_input_axes: readonly number[] | undefined;
  readonly scan_input_directions: readonly number[] | undefined;
  readonly scan_output_axes: readonly number[] | undefined;
  readonly scan_output_directions: readonly number[] | undefined;
}

/** What the attributes say, checked and without anything left out. */
interface ScanLayout {
  readonly states: number;
  readonly scans: number;
  readonly inputAxes: readonly number[];
  readonly inputReverse: readonly boolean[];
  readonly outputAxes: readonly number[];
  readonly outputReverse: readonly boolean[];
}

function layoutOf(
  attributes: Attributes,
  inputCount: number,
  context: { readonly outputCount: number; fail(rule: string): never },
): ScanLayout {
  const { body, num_scan_inputs: scans } = attributes;
  const states = inputCount - scans;
  if (!(scans >= 1 && states >= 0)) context.fail(`num_scan_inputs ${scans} must be in 1..${inputCount}`);
  if (body.inputs.length !== inputCount)
    context.fail(`the body has ${body.inputs.length} inputs, expected ${inputCount}`);
  const needed = Math.max(states, context.outputCount);
  if (body.outputs.length < needed)
    context.fail(`the body has ${body.outputs.length} outputs, expected at least ${needed}`);
  const listed = (name: Exclude<keyof Attributes, "body" | "num_scan_inputs">, count: number): readonly number[] => {
    const list = attributes[name] ?? new Array<number>(count).fill(0);
    if (list.length !== count) context.fail(`${name} has ${list.length} elements, expected ${count}`);
    return list;
  };
  const stacked = body.outputs.length - states;
  return {
    states,
    scans,
    inputAxes: listed("scan_input_axes", scans),
    inputReverse: listed("scan_input_directions", scans).map((direction) => direction === 1),
    outputAxes: listed("scan_output_axes", stacked),
    outputReverse: listed("scan_output_directions", stacked).map((direction) => direction === 1),
  };
}

/** The type of one position of a scan input. */
function elementOf(type: Inferred, axis: number, context: { fail(rule: string): never }): Inferred {
  if (type?.kind !== "tensor" || type.shape === undefined) return type;
  return tensorType(type.dtype, type.shape.toSpliced(normalizeAxis(axis, type.shape.length, context), 1));
}

/** The length that all scan inputs have along their axes. */
function scanLength(
  types: readonly Inferred[],
  axes: readonly number[],
  context: { fresh?(): Dim; fail(rule: string): never },
): Dim {
  let length: Dim | undefined;
  types.forEach((type, j) => {
    const shape = type?.kind === "tensor" ? type.shape : undefined;
    if (shape === undefined) return;
    const dim = shape[normalizeAxis(axes[j], shape.length, context)];
    const both: Dim | undefined = length === undefined ? dim : sameDim(length, dim);
    length = both ?? context.fail(`scan inputs must have one length, found ${formatShape([length!, dim])}`);
  });
  return length ?? context.fresh!();
}

/** A stack of outputs with its first axis at its place and in its direction. */
function arranged(stack: Tensor, k: number, layout: ScanLayout, context: { fail(rule: string): never }): Tensor {
  const [count] = stack.shape;
  const ordered = layout.outputReverse[k] ? sliced(stack, 0, count - 1, count, -1) : stack;
  const rank = stack.shape.length;
  const axis = normalizeAxis(layout.outputAxes[k], rank, context);
  const others = Array.from({ length: rank - 1 }, (_, i) => i + 1);
  return transposed(ordered, others.toSpliced(axis, 0, 0));
}
