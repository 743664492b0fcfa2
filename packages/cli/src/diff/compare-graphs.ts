import type { Graph, NamedAttribute, Node } from "@hodu/core";
import { operatorName } from "../inspect/model-report.ts";
import { attributeKey, formatAttribute } from "./format-attribute.ts";
import {
  formsOfGraph,
  matchNodes,
  newNumbering,
  type NodePair,
  type Numbering,
  type ValueNumbers,
} from "./match-nodes.ts";
import type { GraphFindings } from "./graph-findings.ts";
import { statedAttributes } from "./stated-attributes.ts";
import { newScope, type Scope } from "./name-scope.ts";

/** What the comparison of a graph knows of those around it. */
interface Surroundings {
  readonly scope: Scope | undefined;
  readonly number: Numbering;
  readonly a: ValueNumbers | undefined;
  readonly b: ValueNumbers | undefined;
}

/** Compares what two models compute. Names of inner values may differ. */
export function compareGraphs(a: Graph, b: Graph): GraphFindings {
  const found: GraphFindings = {
    nodes: [],
    renamed: [],
    weights: [],
    removedWeights: [],
    addedWeights: [],
    otherOutputs: [],
  };
  const around = { scope: undefined, number: newNumbering(), a: undefined, b: undefined };
  const scope = compareInside(a, b, around, found);
  const outputs = new Set(b.outputs.map(({ name }) => name));
  for (const { name } of a.outputs) if (outputs.has(name) && !scope.isSame(name, name)) found.otherOutputs.push(name);
  return found;
}

function compareInside(a: Graph, b: Graph, around: Surroundings, found: GraphFindings): Scope {
  const scope = newScope(a, b, around.scope, found);
  const { number } = around;
  const [formA, formB] = [formsOfGraph(a, around.a, number), formsOfGraph(b, around.b, number)];
  const { pairs, removed, added } = matchNodes(a, b, formA.formOf, formB.formOf);
  for (const pair of pairs) scope.bindOutputs(pair);
  const inside = { scope, number, a: formA.values, b: formB.values };
  for (const pair of pairs) {
    const details = compareNodes(pair, inside, found);
    if (details.length > 0) found.nodes.push({ name: pair.a.name, change: "changed", details });
  }
  for (const node of removed) found.nodes.push({ name: node.name, change: "removed", details: [describe(node)] });
  for (const node of added) found.nodes.push({ name: node.name, change: "added", details: [describe(node)] });
  scope.finish();
  return scope;
}

const describe = (node: Node): string => {
  const names = (list: readonly string[]): string => list.map((name) => (name === "" ? "-" : name)).join(", ");
  return `${operatorName(node)}(${names(node.inputs)}) -> ${names(node.outputs)}`;
};

function compareNodes(
  { a, b }: NodePair,
  around: Surroundings & { readonly scope: Scope },
  found: GraphFindings,
): string[] {
  const details: string[] = [];
  if (operatorName(a) !== operatorName(b)) details.push(`operator: ${operatorName(a)} -> ${operatorName(b)}`);
  if (a.name !== b.name) found.renamed.push({ kind: "node", a: a.name, b: b.name });
  for (let i = 0; i < Math.max(a.inputs.length, b.inputs.length); i++) {
    const [before, after] = [a.inputs[i] ?? "", b.inputs[i] ?? ""];
    if (!around.scope.isSame(before, after)) details.push(`input ${i}: ${nameOf(before)} -> ${nameOf(after)}`);
  }
  if (a.outputs.length !== b.outputs.length) details.push(`outputs: ${a.outputs.length} -> ${b.outputs.length}`);
  details.push(...compareAttributes(statedAttributes(a), statedAttributes(b), around, found));
  return details;
}

const nameOf = (value: string): string => (value === "" ? "(none)" : value);

function compareAttributes(
  a: readonly NamedAttribute[],
  b: readonly NamedAttribute[],
  around: Surroundings,
  found: GraphFindings,
): string[] {
  const details: string[] = [];
  const others = new Map(b.map(({ name, value }) => [name, value]));
  for (const { name, value } of a) {
    const other = others.get(name);
    others.delete(name);
    if (other?.kind === "graph" && value.kind === "graph") {
      if (!haveSameOutputs(value.value, other.value, around, found))
        details.push(`${name}: its outputs are other values`);
      continue;
    }
    if (other?.kind === value.kind && attributeKey(other) === attributeKey(value)) continue;
    const [before, after] = [formatAttribute(value), other === undefined ? "(none)" : formatAttribute(other)];
    details.push(before === after ? `${name}: ${before}, other elements` : `${name}: ${before} -> ${after}`);
  }
  for (const [name, value] of others) details.push(`${name}: (none) -> ${formatAttribute(value)}`);
  return details;
}

/** Compares the graphs of two nodes; whether their outputs are the same values. */
function haveSameOutputs(a: Graph, b: Graph, around: Surroundings, found: GraphFindings): boolean {
  const scope = compareInside(a, b, around, found);
  if (a.outputs.length !== b.outputs.length) return false;
  return a.outputs.every(({ name }, i) => scope.isSame(name, b.outputs[i].name));
}
