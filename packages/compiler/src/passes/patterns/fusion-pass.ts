import {
  dimsEqual,
  type Dim,
  makeAttributes,
  type Node,
  operatorOf,
  type Patch,
  type PlainAttribute,
} from "@hodu/core";
import type { PassGraph } from "../../rewrite/pass-graph.ts";
import { definePass, type Pass } from "../../stages/pass.ts";
import { type Match, matchesOf } from "./match-pattern.ts";
import type { NodePattern } from "./pattern.ts";

/** One operator for a pattern of nodes. */
export interface Fusion {
  /** The operators that exporters write instead, for the report. */
  readonly name: string;
  readonly pattern: NodePattern;
  /** The node that comes for the matched ones; undefined where it would give something else. */
  replace(match: Match, graph: PassGraph, root: Node): Replacement | undefined;
}

/** A node of ai.onnx whose only output takes the place of the root's. */
export interface Replacement {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly attributes?: Readonly<Record<string, PlainAttribute | undefined>>;
  readonly weights?: Patch["weights"];
  /** Nodes that make its inputs. */
  readonly before?: readonly Node[];
}

/** A pass of fusions. Where several end in one node the first counts, and what ends later in the graph comes first. */
export function fusionPass(name: string, accuracy: Pass["accuracy"], fusions: readonly Fusion[]): Pass {
  return definePass({
    name,
    stage: "topology_optimization",
    requires: [],
    accuracy,
    summary: { title: "Operator fusion", counts: "patterns" },
    run(graph): readonly Patch[] {
      const taken = new Set<Node>();
      return graph.graph.nodes.toReversed().flatMap((root) => {
        const possible = fusions.filter(({ pattern }) => pattern.op === root.op);
        return fuse(root, possible, graph, taken) ?? [];
      });
    },
  });
}

function fuse(root: Node, fusions: readonly Fusion[], graph: PassGraph, taken: Set<Node>): Patch | undefined {
  for (const fusion of fusions) {
    for (const match of matchesOf(fusion.pattern, root, graph)) {
      const nodes = [...match.nodes];
      if (nodes.some((one) => taken.has(one)) || !isClosed(match.nodes, root, graph)) continue;
      const replacement = fusion.replace(match, graph, root);
      if (replacement === undefined) continue;
      for (const one of nodes) taken.add(one);
      return patchOf(fusion.name, root, match, replacement);
    }
  }
  return undefined;
}

/** Whether nothing but the matched nodes reads what they make, except for the root's output. */
function isClosed(nodes: ReadonlySet<Node>, root: Node, graph: PassGraph): boolean {
  const isInner = (name: string): boolean =>
    !graph.isOutput(name) && graph.consumersOf(name).every((reader) => nodes.has(reader));
  return [...nodes].every((one) => one === root || one.outputs.every((name) => name === "" || isInner(name)));
}

function patchOf(pattern: string, root: Node, { nodes }: Match, replacement: Replacement): Patch {
  const { op, inputs, attributes = {}, weights = [], before = [] } = replacement;
  const fused: Node = {
    op,
    domain: "",
    name: root.name,
    inputs,
    outputs: root.outputs,
    attributes: makeAttributes(operatorOf("", op)!.attributes, attributes),
    origin: [],
  };
  return {
    pattern,
    remove: [...nodes].map(({ name }) => name),
    add: [...before, fused],
    weights,
    rename: [],
    dropWeights: [...new Set([...nodes].flatMap((one) => one.inputs))],
  };
}

/** Whether a value is of a float dtype, and another surely of the same type. */
export function haveSameFloatType(a: string, b: string, graph: PassGraph): boolean {
  const [one, other] = [graph.typeOf(a), graph.typeOf(b)];
  if (one?.kind !== "tensor" || other?.kind !== "tensor" || one.dtype !== other.dtype) return false;
  const sameShape = one.shape !== undefined && other.shape !== undefined && sameDims(one.shape, other.shape);
  return sameShape && FLOATS.has(one.dtype);
}

const FLOATS: ReadonlySet<string> = new Set(["f16", "bf16", "f32", "f64"]);

const sameDims = (a: readonly Dim[], b: readonly Dim[]): boolean =>
  a.length === b.length && a.every((dim, i) => dimsEqual(dim, b[i]));
