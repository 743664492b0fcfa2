import type { InferContext, Inferred } from "../../inference/context.ts";
import { mapDims, mergeTypes, withoutShapes } from "../../inference/merge-types.ts";
import type { Dim } from "../../snapshot/dims.ts";
import type { Graph } from "../../snapshot/types.ts";
import type { ValueType } from "../../tensors/values.ts";

/** Inferences of a body before its states lose their shapes; each pass only gives up dims that an iteration changes. */
const PASSES = 3;
/** A body that nests deeper is inferred once, so that the passes of all levels do not multiply. */
const DEEPEST = 3;

export interface Iterations {
  /** Types of the states after any number of iterations. */
  readonly states: readonly Inferred[];
  /** Types of all outputs of the body. */
  readonly outputs: readonly Inferred[];
}

/**
 * Infers a body that runs again and again: its inputs are `before`, the states, `after`; its outputs from `firstState` on are the
 * states of the next iteration. Finds types that hold in every iteration.
 */
export function inferIterations(
  body: Graph,
  before: readonly Inferred[],
  initial: readonly Inferred[],
  after: readonly Inferred[],
  firstState: number,
  context: InferContext,
): Iterations {
  const varying = new Set<Dim>();
  const vary = (dim: Dim): Dim => {
    if (varying.has(dim)) return dim;
    const symbol = context.fresh();
    varying.add(symbol);
    return symbol;
  };
  let states = depthOf(body) > DEEPEST ? initial.map(open) : initial;
  for (let pass = 1; ; pass++) {
    const outputs = context.inferGraph(body, [...before, ...states, ...after]);
    const next = states.map((state, i) => mergeTypes(state, outputs[firstState + i], vary));
    const isStable = next.every((type, i) => isSame(type, states[i]));
    if (isStable || pass > PASSES) return { states: next.map((type) => settle(type, varying, context)), outputs };
    states = pass === PASSES ? next.map(open) : next;
  }
}

const open = (type: Inferred): Inferred => type && withoutShapes(type);

/** Outside of the body, a dim that iterations change is another unknown than inside. */
function settle(type: Inferred, varying: ReadonlySet<Dim>, context: InferContext): Inferred {
  return type && mapDims(type, (dim) => (varying.has(dim) ? context.fresh() : dim));
}

/** mergeTypes keeps what both types say, so a type that lost nothing has the same dims. */
function isSame(merged: Inferred, state: Inferred): boolean {
  if (merged === undefined || state === undefined) return merged === state;
  const dims = (type: ValueType): Dim[] | undefined => {
    if (type.kind === "tensor") return type.shape && [...type.shape];
    return dims(type.element);
  };
  const [a, b] = [dims(merged), dims(state)];
  return a === b || (a !== undefined && b !== undefined && a.length === b.length && a.every((dim, i) => dim === b[i]));
}

function depthOf(graph: Graph): number {
  let depth = 0;
  for (const node of graph.nodes) {
    for (const { value } of node.attributes) {
      if (value.kind === "graph") depth = Math.max(depth, 1 + depthOf(value.value));
    }
  }
  return depth;
}
