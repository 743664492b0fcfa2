import {
  bytesOfTensor,
  evaluateNode,
  type Graph,
  heldWeights,
  inferGraph,
  makeAttributes,
  type Node,
  type OperatorDef,
  type PlainAttribute,
  type Sample,
  type Snapshot,
  typeOfValue,
  type Value,
  type Weight,
  type WeightStore,
} from "@hodu/core";
import { type RunInputs, runSchedule } from "../run-schedule.ts";
import { testTarget } from "./test-target.ts";
import { scheduleGraph } from "../schedule-graph.ts";
import type { Schedule } from "../types.ts";

const LIMITS = { maxBytes: 1 << 28, maxSteps: 1000 };

/** A sample of an operator as a model of one node. */
export interface SampleModel {
  readonly snapshot: Snapshot;
  readonly inputs: ReadonlyMap<string, Value>;
}

/** The model of a sample; inputs from number `constantsFrom` on are weights. */
function sampleModel(definition: OperatorDef, sample: Sample, constantsFrom: number): SampleModel {
  const inputs = new Map<string, Value>();
  const [weights, stores]: [Weight[], WeightStore[]] = [[], []];
  sample.inputs.forEach((value, i) => {
    if (value === undefined) return;
    if (i < constantsFrom || value.kind !== "tensor" || value.dtype === "string") inputs.set(`in${i}`, value);
    else {
      const bytes = new Uint8Array(bytesOfTensor(value));
      const store = stores.push({ kind: "bytes", bytes }) - 1;
      weights.push({ name: `in${i}`, dtype: value.dtype, shape: value.shape, store, offset: 0, length: bytes.length });
    }
  });
  const node = sampleNode(definition, sample);
  const graph: Graph = {
    name: "sample",
    inputs: [...inputs].map(([name, value]) => ({ name, type: typeOfValue(value) })),
    outputs: node.outputs.filter((name) => name !== "").map((name) => ({ name, type: undefined })),
    weights,
    nodes: [node],
    values: [],
  };
  return { snapshot: { graph, stores, metadata: [], producer: "" }, inputs };
}

function sampleNode(definition: OperatorDef, sample: Sample): Node {
  const count = sample.outputs?.length ?? sample.outputCount ?? 1;
  return {
    op: definition.name,
    domain: definition.domain ?? "",
    name: "sample",
    inputs: sample.inputs.map((input, i) => (input === undefined ? "" : `in${i}`)),
    outputs: Array.from({ length: count }, (_, i) =>
      sample.outputs !== undefined && sample.outputs[i] === undefined ? "" : `out${i}`,
    ),
    attributes: makeAttributes(definition.attributes, (sample.attributes ?? {}) as Record<string, PlainAttribute>),
    origin: [],
  };
}

/** A model as kernels and calls. */
function scheduleOf({ snapshot }: SampleModel, vectorBytes: number): Schedule {
  const facts = inferGraph(snapshot.graph, { constantOf: heldWeights(snapshot.stores) });
  return scheduleGraph(snapshot.graph, facts, testTarget(vectorBytes));
}

/** What a schedule gives by the evaluator of the kernel IR. */
export function outputsOf(
  { snapshot, inputs }: SampleModel,
  schedule: Schedule,
  kernel?: RunInputs["kernel"],
): readonly Value[] {
  const weight = heldWeights(snapshot.stores);
  return runSchedule(schedule, {
    inputs,
    weight: (which) => weight(which)!,
    call: (node, value) => callNode(node, value),
    ...(kernel && { kernel }),
  });
}

function callNode(node: Node, value: (name: string) => Value): readonly (Value | undefined)[] {
  const outputs = evaluateNode(
    node,
    node.inputs.map((name) => (name === "" ? undefined : value(name))),
    LIMITS,
  );
  if (outputs === undefined) throw new Error(`The reference kernel of ${node.op} refuses its inputs`);
  return outputs;
}

/** What the reference kernels give for a model. */
export function expectedOf({ snapshot, inputs }: SampleModel): readonly Value[] {
  const weight = heldWeights(snapshot.stores);
  const values = new Map(inputs);
  for (const each of snapshot.graph.weights) values.set(each.name, weight(each)!);
  for (const node of snapshot.graph.nodes)
    callNode(node, (name) => values.get(name)!).forEach((value, i) => {
      if (value !== undefined) values.set(node.outputs[i], value);
    });
  return snapshot.graph.outputs.map(({ name }) => values.get(name)!);
}

/** The schedule of a sample with kernels only, where there is one: what is not data may have to be known before the run. */
export function kernelsOf(
  definition: OperatorDef,
  sample: Sample,
  vectorBytes: number,
): readonly [SampleModel, Schedule] | undefined {
  for (const constantsFrom of [Infinity, 1, 0]) {
    const model = sampleModel(definition, sample, constantsFrom);
    const schedule = scheduleOf(model, vectorBytes);
    if (schedule.steps.every((step) => step.kind === "kernel")) return [model, schedule];
  }
  return undefined;
}
