import type { Graph, Weight } from "@hodu/core";
import type { GraphFindings } from "./graph-findings.ts";
import type { NodePair } from "./match-nodes.ts";

/** Which values of two graphs stand for each other. */
export interface Scope {
  /** Whether two values, "" for none, stand for each other; weights that nothing speaks of yet are taken to. */
  isSame(a: string, b: string): boolean;
  bindOutputs(pair: NodePair): void;
  /** The name in the second file of a value of the first; undefined when none is known, here or around. */
  find(a: string): string | undefined;
  /** Notes what was never bound. To be called when all nodes are compared. */
  finish(): void;
}

/** The scope of two graphs: inputs of the models by name, those of inner graphs by place, weights by name. */
export function newScope(a: Graph, b: Graph, outer: Scope | undefined, found: GraphFindings): Scope {
  const bound = new Map<string, string>();
  const weightsA = weightsOf(a);
  const weightsB = weightsOf(b);
  const pairWeights = (before: Weight, after: Weight): void => {
    found.weights.push({ a: before, b: after });
    bound.set(before.name, after.name);
    weightsA.delete(before.name);
    weightsB.delete(after.name);
    if (before.name !== after.name) found.renamed.push({ kind: "weight", a: before.name, b: after.name });
  };
  bindInputs(a, b, outer === undefined, bound);
  for (const before of a.weights) {
    const after = weightsB.get(before.name);
    if (after !== undefined) pairWeights(before, after);
  }
  const find = (name: string): string | undefined => bound.get(name) ?? outer?.find(name);
  return {
    find,
    isSame(before, after) {
      if (before === "" || after === "") return before === after;
      const known = find(before);
      if (known !== undefined) return known === after;
      const [weight, other] = [weightsA.get(before), weightsB.get(after)];
      if (weight === undefined || other === undefined) return false;
      pairWeights(weight, other);
      return true;
    },
    bindOutputs: (pair) => bindOutputs(pair, bound, found),
    finish() {
      found.removedWeights.push(...weightsA.values());
      found.addedWeights.push(...weightsB.values());
    },
  };
}

const weightsOf = ({ weights }: Graph): Map<string, Weight> => new Map(weights.map((weight) => [weight.name, weight]));

function bindInputs(a: Graph, b: Graph, isOuter: boolean, bound: Map<string, string>): void {
  const names = new Set(b.inputs.map(({ name }) => name));
  a.inputs.forEach(({ name }, i) => {
    const other = isOuter ? name : b.inputs[i]?.name;
    if (other !== undefined && names.has(other)) bound.set(name, other);
  });
}

function bindOutputs({ a, b }: NodePair, bound: Map<string, string>, found: GraphFindings): void {
  a.outputs.forEach((before, i) => {
    const after = b.outputs[i] ?? "";
    if (before === "" || after === "") return;
    bound.set(before, after);
    if (before !== after) found.renamed.push({ kind: "value", a: before, b: after });
  });
}
