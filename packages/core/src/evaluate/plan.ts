import { HoduError } from "../errors/hodu-error.ts";
import { quote } from "../errors/quote.ts";
import { attributeValues } from "../operators/check-node.ts";
import { operatorOf } from "../operators/lookup.ts";
import type { OperatorDef } from "../operators/operator.ts";
import type { Graph, Node } from "../snapshot/types.ts";
import type { Tensor } from "../tensors/tensor.ts";
import { type InputRule, inputRules } from "./input-types.ts";

/** A graph made ready to be evaluated many times. */
export interface Plan {
  readonly graph: Graph;
  readonly steps: readonly Step[];
  /** Values of surrounding graphs that it reads. */
  readonly captures: readonly string[];
  /** Tensors in the attributes of its nodes. */
  readonly constants: readonly Tensor[];
}

export interface Step {
  readonly node: Node;
  /** Undefined for a node that something else runs. */
  readonly definition: OperatorDef | undefined;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** What each input may be. */
  readonly rules: readonly InputRule[];
  /** Values of this graph that nothing needs after this step. */
  readonly dead: readonly string[];
}

/**
 * Plans a graph and its subgraphs (entered into `plans`). Throws UNSUPPORTED for a node without a reference kernel, unless it `mayRun`
 * elsewhere.
 */
export function planGraph(graph: Graph, plans: Map<Graph, Plan>, mayRun: (node: Node) => boolean): Plan {
  const own = new Set([...graph.inputs, ...graph.weights].map(({ name }) => name));
  const uses = graph.nodes.map((node) => usedBy(node, plans, mayRun));
  for (const node of graph.nodes) for (const output of node.outputs) own.add(output);
  const last = new Map<string, number>();
  uses.forEach((names, i) => names.forEach((name) => last.set(name, i)));
  const kept = new Set([...graph.outputs, ...graph.weights].map(({ name }) => name));
  const deadAfter = graph.nodes.map((): string[] => []);
  graph.nodes.forEach((node, i) => {
    for (const output of node.outputs)
      if (output !== "" && !last.has(output) && !kept.has(output)) deadAfter[i].push(output);
  });
  for (const [name, i] of last) if (own.has(name) && !kept.has(name)) deadAfter[i].push(name);
  const captures = new Set(uses.flat().filter((name) => !own.has(name)));
  for (const { name } of graph.outputs) if (!own.has(name)) captures.add(name);
  const plan: Plan = {
    graph,
    steps: graph.nodes.map((node, i) => planStep(node, deadAfter[i], mayRun)),
    captures: [...captures],
    constants: graph.nodes.flatMap(tensorsIn),
  };
  plans.set(graph, plan);
  return plan;
}

function tensorsIn(node: Node): readonly Tensor[] {
  return node.attributes.flatMap(({ value }) =>
    value.kind === "tensor" || value.kind === "tensors" ? value.value : [],
  );
}

function usedBy(node: Node, plans: Map<Graph, Plan>, mayRun: (node: Node) => boolean): string[] {
  const names = node.inputs.filter((name) => name !== "");
  for (const { value } of node.attributes)
    if (value.kind === "graph") names.push(...planGraph(value.value, plans, mayRun).captures);
  return names;
}

function planStep(node: Node, dead: readonly string[], mayRun: (node: Node) => boolean): Step {
  const definition = operatorOf(node.domain, node.op);
  if (definition === undefined && mayRun(node)) return { node, definition, attributes: {}, rules: [], dead };
  if (definition?.reference === undefined) {
    throw new HoduError(
      "UNSUPPORTED",
      `Cannot run node ${quote(node.name)}: found operator ${quote(node.op)}, expected one with a kernel`,
      {
        where: { node: node.name, operator: node.op },
      },
    );
  }
  return {
    node,
    definition,
    attributes: attributeValues(node, definition.attributes),
    rules: inputRules(node, definition),
    dead,
  };
}
