import type { Attribute, Graph, NamedAttribute, Node } from "@hodu/core";
import { operatorName } from "../inspect/model-report.ts";
import { attributeKey } from "./format-attribute.ts";
import { statedAttributes } from "./stated-attributes.ts";

/** Two nodes that stand for each other. */
export interface NodePair {
  readonly a: Node;
  readonly b: Node;
}

/** The nodes of two graphs, as far as they stand for each other. */
export interface NodeMatch {
  readonly pairs: readonly NodePair[];
  readonly removed: readonly Node[];
  readonly added: readonly Node[];
}

/** Gives equal things equal numbers. */
export type Numbering = (key: string) => number;

export function newNumbering(): Numbering {
  const numbers = new Map<string, number>();
  return (key) => {
    const known = numbers.get(key) ?? numbers.size;
    numbers.set(key, known);
    return known;
  };
}

/** Numbers of the values of a graph and of those around it: equal for what is computed in the same way, whatever its name. */
export type ValueNumbers = ReadonlyMap<string, number>;

/** What two nodes must have in common to be paired, the most first. `form` is how the node's outputs are computed. */
const KEYS: readonly ((node: Node, form: number) => string)[] = [
  ({ name }, form) => JSON.stringify([form, name]),
  ({ outputs }, form) => JSON.stringify([form, outputs]),
  (_, form) => String(form),
  (node) => JSON.stringify([operatorName(node), node.outputs]),
  (node) => JSON.stringify([operatorName(node), node.name]),
  ({ name }) => name,
];

/** Pairs the nodes of two graphs: those that are computed in the same way, then those of the same names. */
export function matchNodes(a: Graph, b: Graph, formsA: FormsOf, formsB: FormsOf): NodeMatch {
  const pairs: NodePair[] = [];
  let [removed, added] = [a.nodes, b.nodes];
  for (const key of KEYS) {
    const waiting = groupBy(added, (node) => key(node, formsB(node)));
    const taken = new Set<Node>();
    removed = removed.filter((node) => {
      const other = waiting.get(key(node, formsA(node)))?.shift();
      if (other === undefined) return true;
      pairs.push({ a: node, b: other });
      taken.add(other);
      return false;
    });
    added = added.filter((node) => !taken.has(node));
  }
  const order = new Map(a.nodes.map((node, i) => [node, i]));
  return { pairs: pairs.sort((one, two) => order.get(one.a)! - order.get(two.a)!), removed, added };
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

/** How a node of a graph is computed, as a number. */
export type FormsOf = (node: Node) => number;

/** What a graph computes, by numbers: its nodes, its values (with those around it), and the graph as a whole. */
export interface GraphForm {
  readonly formOf: FormsOf;
  readonly values: ValueNumbers;
  readonly form: number;
}

/** Numbers what a graph computes from inputs by name (of the model), or by place (of a graph in a node), and from weights by type. */
export function formsOfGraph(graph: Graph, outer: ValueNumbers | undefined, number: Numbering): GraphForm {
  const values = new Map(outer);
  graph.inputs.forEach(({ name }, i) => values.set(name, number(outer === undefined ? `input ${name}` : `place ${i}`)));
  for (const { name, dtype, shape } of graph.weights) {
    if (!graph.inputs.some((input) => input.name === name))
      values.set(name, number(`weight ${dtype}[${shape.join()}]`));
  }
  const forms = new Map<Node, number>();
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((name) => (name === "" ? "" : (values.get(name) ?? "?")));
    const form = number(
      JSON.stringify([operatorName(node), inputs, attributesForm(statedAttributes(node), values, number)]),
    );
    forms.set(node, form);
    node.outputs.forEach((name, i) => values.set(name, number(`output ${form} ${i}`)));
  }
  const form = number(JSON.stringify(graph.outputs.map(({ name }) => values.get(name) ?? "?")));
  return { formOf: (node) => forms.get(node) ?? -1, values, form };
}

function attributesForm(attributes: readonly NamedAttribute[], values: ValueNumbers, number: Numbering): unknown {
  const formOf = (value: Attribute): string | number =>
    value.kind === "graph" ? formsOfGraph(value.value, values, number).form : attributeKey(value);
  return attributes.map(({ name, value }) => [name, formOf(value)] as const).sort(([a], [b]) => (a < b ? -1 : 1));
}
