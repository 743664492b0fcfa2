import type { AttentionAttributes, AttentionShapes } from "../operators/attention/attention-shapes.ts";
import { attentionInOnePass } from "./attention-in-one-pass.ts";
import { inOrderOfOutput, rowsOf } from "./attention-rows.ts";
import { biasOfScores, cappedScore, headsOf, productsOf, type Scores } from "./attention-scores.ts";
import type { LowerNode, Point } from "./contract.ts";
import type { HeadsAt } from "./head-points.ts";

/** Queries that fill a vector of every target: fewer have their scores in memory. */
const LEAST_QUERIES = 16;

/** Elements of a value up to which the sums of a vector of queries stay near: 64 KiB. */
const MOST_ELEMENTS = 1024;

/** Whether an attention is for one pass over the keys: nothing asks for its scores, and its queries fill vectors. */
export function canBeInOnePass(node: LowerNode<unknown>, { scores, v }: AttentionShapes<number>): boolean {
  const [, , queries, keys] = scores;
  return node.outputs[3] === undefined && queries >= LEAST_QUERIES && keys > 0 && v[3] <= MOST_ELEMENTS;
}

/** Output 0 where no scores are kept. */
export function attendedInOnePass(
  node: LowerNode<AttentionAttributes>,
  scores: Scores,
  query: HeadsAt,
  keys: Point,
  values: Point,
): Point {
  const { dims, scalar, lead } = scores;
  const { softcap, scale = 1 / Math.sqrt(dims.q[3]) } = node.attributes;
  const point = attentionInOnePass({
    scalar,
    lead,
    queries: dims.scores[2],
    keys: dims.scores[3],
    size: dims.v[3],
    products: productsOf(scores, query, keys),
    score(product, _index, k) {
      const scaled = k.mul(product, scale);
      return softcap > 0 ? cappedScore(scaled, softcap, k) : scaled;
    },
    bias: biasOfScores(node, scores),
    value(index, k) {
      const { b, kv } = headsOf(scores, index, k);
      return values.at([b, kv, ...index.slice(-2)], k);
    },
  });
  const turned = node.step(scalar, [...lead, dims.v[3], dims.scores[2]], point);
  const { rowOf } = rowsOf(node, scores);
  return inOrderOfOutput(node, scores, (index, k) => {
    const row = rowOf(index);
    return turned.at([...row.slice(0, -1), index.at(-1)!, row.at(-1)!], k);
  });
}
