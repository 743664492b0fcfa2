import { tanh } from "../kernel-ir/functions/index.ts";
import type { Expression, Scalar } from "../kernel-ir/types.ts";
import type { AttentionAttributes, AttentionShapes } from "../operators/attention/attention-shapes.ts";
import { type Bias, biasOf } from "./attention-bias-points.ts";
import type { Contraction, LowerNode, Point, PointBuilder } from "./contract.ts";
import type { HeadsAt } from "./head-points.ts";

/** Scores [batch, heads, queries, keys]; where query heads share those of keys, heads are two axes: [.., key heads, group, ..]. */
export interface Scores {
  readonly dims: AttentionShapes<number>;
  readonly scalar: Scalar;
  /** Query heads for each head of keys. */
  readonly group: number;
  /** All dims but the last two. */
  readonly lead: readonly number[];
}

/** Of an index of scores: the sample, its head of queries and that of keys. */
export function headsOf({ group }: Scores, [b, kv, own]: readonly Expression[], k: PointBuilder) {
  return { b, kv, h: group === 1 ? kv : k.add(k.mul(kv, group), own) };
}

/** A number as an index. */
export const constantIndex = (value: number) => ({ kind: "constant", type: "index", value }) as const;

/** A score with a soft limit on its size. */
export const cappedScore = (score: Expression, softcap: number, k: PointBuilder): Expression =>
  k.mul(tanh(k, k.div(score, softcap)), softcap);

/** Sums of products of queries and keys at an index of the scores. */
export function productsOf(scores: Scores, query: HeadsAt, keys: Point): Contraction {
  const { dims, scalar } = scores;
  return {
    scalar,
    extents: [constantIndex(dims.q[3])],
    left(index, [d], k) {
      const { b, h } = headsOf(scores, index, k);
      return query([b, h, index.at(-2)!, d], k);
    },
    right(index, [d], k) {
      const { b, kv } = headsOf(scores, index, k);
      return keys.at([b, kv, index.at(-1)!, d], k);
    },
  };
}

/** What is added to the score at an index; undefined for nothing. */
export function biasOfScores(node: LowerNode<AttentionAttributes>, scores: Scores): Bias | undefined {
  const byHead = biasOf(node, scores.dims);
  return (
    byHead &&
    ((index, k) => {
      const { b, h } = headsOf(scores, index, k);
      return byHead([b, h, ...index.slice(-2)], k);
    })
  );
}
