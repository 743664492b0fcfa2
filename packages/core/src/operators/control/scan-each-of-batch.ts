import { attributeOf, type Graph, type GraphInput, type GraphOutput, type Node } from "../../snapshot/types.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { tensorType, type ValueType } from "../../tensors/values.ts";
import { intAttribute, intOf, intsAttribute, intsOf, withAttributes, withoutAttributes } from "../edit-node.ts";
import type { RewriteContext } from "../operator.ts";

/**
 * The upgrade of Scan-8, whose inputs all have a batch axis 0 and whose sequence axis is 1: a Scan over the batch whose body scans
 * one sequence. Where sequence_lens are given, the body cuts its sequences to their length and pads what it gives with zeros.
 * Subgraphs are upgraded before the node that has them, so the new body is written in the newest opset.
 */
export function scanEachOfBatch(node: Node, rewrite: RewriteContext): Node {
  const body = attributeOf(node, "body")?.value as Graph;
  const scans = intOf(node, "num_scan_inputs") ?? 0;
  const [lengths, ...inputs] = node.inputs;
  const states = inputs.length - scans;
  if (scans < 1 || states < 0 || body.inputs.length !== inputs.length) {
    rewrite.fail(`its body has ${body.inputs.length} inputs, expected ${inputs.length}, of them ${scans} scanned`);
  }
  const directions = intsOf(node, "directions");
  const inner: InnerScan = { body, states, scans, directions, prefix: unusedPrefix(node, body) };
  const hasLengths = lengths !== "";
  const outer = hasLengths ? scanOfSomeLength(inner) : scanOfFullLength(inner);
  const given = hasLengths ? [lengths, ...inputs] : inputs;
  return {
    ...withAttributes(
      withoutAttributes(node, "directions"),
      { name: "body", value: { kind: "graph", value: outer } },
      intAttribute("num_scan_inputs", given.length),
    ),
    inputs: given,
  };
}

interface InnerScan {
  readonly body: Graph;
  readonly states: number;
  readonly scans: number;
  readonly directions: readonly bigint[] | undefined;
  /** Begins no name in the body. */
  readonly prefix: string;
}

function unusedPrefix(node: Node, body: Graph): string {
  const names = [...body.inputs, ...body.weights].map(({ name }) => name);
  for (const inner of body.nodes) names.push(inner.name, ...inner.inputs, ...inner.outputs);
  let prefix = `${node.name}_each_`;
  while (names.some((name) => name.startsWith(prefix))) prefix += "_";
  return prefix;
}

const numbered = (inner: InnerScan, what: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${inner.prefix}${what}${i}`);

const withoutShape = (type: ValueType | undefined): ValueType | undefined =>
  type?.kind === "tensor" ? tensorType(type.dtype) : type;

/** Inputs of the outer body: states as the inner one has them, and whole sequences. */
function outerInputs({ body, states }: InnerScan, names: readonly string[]): GraphInput[] {
  return names.map((name, i) => {
    const { type } = body.inputs[i];
    return { name, type: i < states ? type : withoutShape(type) };
  });
}

function outerOutputs({ body, states }: InnerScan, names: readonly string[]): GraphOutput[] {
  return names.map((name, i) => {
    const { type } = body.outputs[i];
    return { name, type: i < states ? type : withoutShape(type) };
  });
}

function scanNode(inner: InnerScan, inputs: readonly string[], outputs: readonly string[]): Node {
  const { body, scans, directions, prefix } = inner;
  const attributes = [
    { name: "body", value: { kind: "graph", value: body } } as const,
    intAttribute("num_scan_inputs", scans),
    ...(directions === undefined ? [] : [intsAttribute("scan_input_directions", directions)]),
  ];
  return { op: "Scan", domain: "", name: `${prefix}scan`, inputs, outputs, attributes, origin: [] };
}

function graphOf(
  name: string,
  inputs: readonly GraphInput[],
  nodes: readonly Node[],
  outputs: readonly GraphOutput[],
): Graph {
  return { name, inputs, outputs, nodes, weights: [], values: [] };
}

function scanOfFullLength(inner: InnerScan): Graph {
  const inputs = numbered(inner, "in", inner.body.inputs.length);
  const outputs = numbered(inner, "out", inner.body.outputs.length);
  const nodes = [scanNode(inner, inputs, outputs)];
  return graphOf(`${inner.prefix}body`, outerInputs(inner, inputs), nodes, outerOutputs(inner, outputs));
}

function scanOfSomeLength(inner: InnerScan): Graph {
  const { body, states, prefix } = inner;
  const inputs = numbered(inner, "in", body.inputs.length);
  const results = numbered(inner, "result", body.outputs.length);
  const outputs = results.map((name, i) => (i < states ? name : `${prefix}out${i}`));
  const nodes: Node[] = [];
  const add = (op: string, from: readonly string[], to: string, attributes: Node["attributes"] = []): string => {
    nodes.push({ op, domain: "", name: `${to}_node`, inputs: from, outputs: [to], attributes, origin: [] });
    return to;
  };
  const value: Tensor = tensorFrom("i64", [1], [0]);
  const zero = add("Constant", [], `${prefix}zero`, [{ name: "value", value: { kind: "tensor", value } }]);
  const length = add("Unsqueeze", [`${prefix}length`, zero], `${prefix}lengths`);
  const cut = inputs.map((name, i) => (i < states ? name : add("Slice", [name, zero, length, zero], `${name}_cut`)));
  nodes.push(scanNode(inner, cut, results));
  const whole = add("Shape", [inputs[states]], `${prefix}whole`, [intAttribute("end", 1)]);
  const missing = add("Sub", [whole, length], `${prefix}missing`);
  const pads = add("Concat", [zero, missing], `${prefix}pads`, [intAttribute("axis", 0)]);
  results.forEach((name, i) => {
    if (i >= states) add("Pad", [name, pads, "", zero], outputs[i]);
  });
  const first: GraphInput = { name: `${prefix}length`, type: tensorType("i64", []) };
  const all = [first, ...outerInputs(inner, inputs)];
  return graphOf(`${prefix}body`, all, nodes, outerOutputs(inner, outputs));
}
