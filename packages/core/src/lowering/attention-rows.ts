import type { Expression } from "../kernel-ir/types.ts";
import type { Scores } from "./attention-scores.ts";
import type { LowerNode, Point } from "./contract.ts";
import { sameOrder } from "./head-points.ts";
import { knownShape } from "./known-numbers.ts";

type Index = readonly Expression[];

/** The form that rows of values are made in, and the row of scores that an index of it is for. */
export interface AttentionRows {
  readonly shape: readonly number[];
  readonly rowOf: (index: Index) => Index;
}

/** Rows as output 0 has them: [batch, query, heads.., element] or [batch, heads.., query, element]. */
export function rowsOf(node: LowerNode<unknown>, { dims, lead }: Scores): AttentionRows {
  const isPacked = node.outputs[0]!.shape.length === 3;
  const [queries, size] = [dims.scores[2], dims.v[3]];
  const shape = isPacked ? [lead[0], queries, ...lead.slice(1), size] : [...lead, queries, size];
  const rowOf = (index: Index): Index => (isPacked ? [index[0], ...index.slice(2, -1), index[1]] : index.slice(0, -1));
  return { shape, rowOf };
}

/** Output 0 from elements in the form of `rowsOf`. */
export function inOrderOfOutput(node: LowerNode<unknown>, scores: Scores, at: Point["at"]): Point {
  const output = knownShape(node, node.outputs[0]!);
  if (output.length === 4 && scores.lead.length === 2) return { at };
  return sameOrder(node.step(scores.scalar, rowsOf(node, scores).shape, at), output);
}
