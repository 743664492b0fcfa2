import type { Expression } from "../kernel-ir/types.ts";
import type { AttentionAttributes, AttentionShapes } from "../operators/attention/attention-shapes.ts";
import type { LowerNode, Point, PointBuilder, PointInput, PointValue } from "./contract.ts";
import { broadcastIndex } from "./elementwise.ts";
import { knownDim } from "./positions.ts";

type Index = readonly Expression[];

/** What is added to the score at an index. */
export type Bias = Point["at"];

/** What is added to scores [batch, head, query, key]: the mask, and -Infinity at keys that a query does not see; undefined for nothing. */
export function biasOf(node: LowerNode<AttentionAttributes>, dims: AttentionShapes<number>): Bias | undefined {
  const { scalar } = node.inputs[0]!;
  const mask = node.inputs[3] && maskAt(node.inputs[3], dims.scores, scalar);
  const { is_causal, left_window_size: left, right_window_size: right } = node.attributes;
  const nonpad = node.inputs[6];
  if (nonpad === undefined && is_causal === 0 && left < 0 && right < 0) return mask;
  const [, , queries, keys] = dims.scores;
  return (index, k) => {
    const [i, j] = index.slice(2).map((place) => k.fromIndex("i32", place));
    const valid = nonpad && seenLength(nonpad, index[0], keys, k);
    const position = k.let("position", k.add(i, valid === undefined ? dims.past : k.sub(valid, queries)));
    const seen = [
      ...(valid === undefined ? [] : [k.lt(j, valid)]),
      ...(is_causal === 0 ? [] : [k.le(j, position)]),
      ...(left < 0 ? [] : [k.ge(j, k.sub(position, left))]),
      ...(right < 0 ? [] : [k.le(j, k.add(position, right))]),
    ];
    const all = seen.reduce((both, one) => k.and(both, one));
    return k.select(all, mask?.(index, k) ?? k.constant(scalar, 0), -Infinity);
  };
}

/** Keys of a sample that are no padding. */
function seenLength(nonpad: PointInput, batch: Expression, keys: number, k: PointBuilder): Expression {
  const length = k.let("length", nonpad.at([batch], k));
  k.guard(k.and(k.ge(length, 0), k.le(length, keys)));
  return k.cast("i32", length);
}

/** A mask as what is added; keys past its end are not seen. */
function maskAt(mask: PointInput, scores: readonly number[], scalar: PointValue["scalar"]): Bias {
  const covered = knownDim(mask.shape.at(-1)!)!;
  const bias = (index: Index, k: PointBuilder): Expression => {
    const element = mask.at(broadcastIndex(index, mask.shape, k), k);
    return mask.scalar === "bool" ? k.select(element, k.constant(scalar, 0), -Infinity) : k.cast(scalar, element);
  };
  if (covered === scores[3]) return bias;
  return (index, k) =>
    k.choose(
      k.lt(index[3], covered),
      scalar,
      () => bias(index, k),
      () => k.constant(scalar, -Infinity),
    );
}
