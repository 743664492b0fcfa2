import {
  constantIn,
  declareGraph,
  type Dim,
  elementsIn,
  type Facts,
  heldWeights,
  inferNode,
  newFacts,
  type Snapshot,
  type Tensor,
  tensorFromBytes,
  typeIn,
  type Weight,
} from "@hodu/core";
import { ModelNames } from "./model-names.ts";
import type { PassGraph } from "./pass-graph.ts";
import { withProvableTypes } from "./provable-types.ts";
import { definingScope, type Scope, scopesOf } from "./scope.ts";

/** The bytes of a weight that lies in a file, when they are at hand. Never write to them. */
export type WeightReader = (weight: Weight) => Uint8Array | undefined;

/** The graphs of a Snapshot as passes see them, outer ones first. Throws what `readWeight` throws. */
export function viewSnapshot(snapshot: Snapshot, readWeight?: WeightReader): readonly PassGraph[] {
  const names = new ModelNames(snapshot.graph);
  const constantOf = weightTensors(snapshot, readWeight);
  const facts = new Map<Scope, Facts>();
  return scopesOf(snapshot.graph).map((scope) => {
    const own = inferScope(scope, scope.parent && facts.get(scope.parent), constantOf);
    facts.set(scope, own);
    return passGraph(scope, own, constantOf, names);
  });
}

type ConstantReader = (weight: Weight) => Tensor | undefined;

/** Gives the tensor of a weight, made once. */
function weightTensors({ stores }: Snapshot, readWeight: WeightReader | undefined): ConstantReader {
  const held = heldWeights(stores);
  const read = new Map<Weight, Tensor | undefined>();
  return (weight) => {
    if (stores[weight.store].kind === "bytes") return held(weight);
    if (!read.has(weight)) {
      const bytes = readWeight?.(weight);
      read.set(weight, bytes && tensorFromBytes(weight.dtype, weight.shape, bytes));
    }
    return read.get(weight);
  };
}

function inferScope({ graph, parent }: Scope, around: Facts | undefined, constantOf: ConstantReader): Facts {
  const provable = withProvableTypes(graph, parent === undefined);
  const facts = newFacts(around);
  // a node that breaks a rule is left to fail in the run
  const options = { constantOf, tolerant: true };
  declareGraph(provable, facts, options);
  for (const node of provable.nodes) inferNode(node, facts, options);
  return facts;
}

function passGraph(scope: Scope, facts: Facts, constantOf: ConstantReader, names: ModelNames): PassGraph {
  const { graph, producers, consumers, outputs } = scope;
  const weightOf = (value: string): Weight | undefined => definingScope(scope, value)?.constants.get(value);
  return {
    graph,
    typeOf: (value) => typeIn(facts, value),
    shapeOf: (value) => shapeIn(facts, value),
    elementsOf: (value) => elementsIn(facts, value),
    constantOf(value) {
      const known = constantIn(facts, value);
      const weight = known === undefined ? weightOf(value) : undefined;
      return known ?? (weight && constantOf(weight));
    },
    weightOf,
    producerOf: (value) => producers.get(value),
    consumersOf: (value) => consumers.get(value) ?? [],
    soleConsumerOf(value) {
      const readers = consumers.get(value) ?? [];
      return readers.length === 1 && !outputs.has(value) ? readers[0] : undefined;
    },
    isOutput: (value) => outputs.has(value),
    canReplace: (from, to) => !outputs.has(from) || (producers.has(to) && !outputs.has(to)),
    fresh: (base) => names.fresh(base),
  };
}

function shapeIn(facts: Facts, value: string): readonly Dim[] | undefined {
  const type = typeIn(facts, value);
  return type?.kind === "tensor" ? type.shape : undefined;
}
