import { exp, tanh } from "../kernel-ir/functions/index.ts";
import type { Expression } from "../kernel-ir/types.ts";
import {
  type AttentionAttributes,
  type AttentionShapes,
  attentionShapes,
} from "../operators/attention/attention-shapes.ts";
import type { LowerNode, Lowering, Point, PointBuilder, PointInput, PointValue } from "./contract.ts";
import { broadcastIndex } from "./elementwise.ts";
import { type HeadsAt, headsAt, packedHeads } from "./head-points.ts";
import { knownShape } from "./known-numbers.ts";
import { movedPoint } from "./moved-points.ts";
import { knownDim, quotientBelow } from "./positions.ts";
import { rowIndex, rowTotal } from "./row-values.ts";

type Index = readonly Expression[];

/** softmax(scale * Q K^T, capped, + bias) V for each head; a query that may attend to nothing gives zeros. ONNX Attention. */
export const attentionPoints: Lowering<AttentionAttributes> = (node) => {
  const [q, k, v, , pastKey, pastValue] = node.inputs as readonly PointInput[];
  const shapes = node.inputs.map((input) => input && knownShape(node, input));
  const rules = { fail: (rule: string) => node.cannot(rule), fresh: () => node.cannot("a shape is not known") };
  const dims = attentionShapes(shapes, node.attributes, rules) as AttentionShapes<number>;
  const [query, key, value] = [
    headsAt(q, dims.q[3]),
    joined(pastKey, headsAt(k, dims.k[3]), dims.past),
    joined(pastValue, headsAt(v, dims.v[3]), dims.past),
  ];
  const stages = stagesOf(node, dims, query, key);
  const weights = stages[3];
  const group = dims.q[1] / dims.k[1];
  const [batch, heads, queries, keys] = dims.scores;
  const attended = node.step(weights.scalar, [batch, queries, heads, dims.v[3]], ([b, i, h, d], builder) =>
    builder.reduceOver("add", [keys], builder.constant(weights.scalar, 0), ([j]) =>
      builder.mul(weights.at([b, h, i, j], builder), value([b, quotientBelow(dims.v[1], h, group), j, d], builder)),
    ),
  );
  const y: Point =
    q.shape.length === 3
      ? packedHeads(node, attended)
      : { at: ([b, h, i, d], builder) => attended.at([b, i, h, d], builder) };
  const scores = stages[node.attributes.qk_matmul_output_mode];
  return [y, { at: key }, { at: value }, movedPoint(scores, (index) => index)].slice(0, node.outputs.length);
};

/** Keys or values of the past, and behind them those that are new. */
function joined(past: PointInput | undefined, added: HeadsAt, before: number): HeadsAt {
  if (past === undefined) return added;
  return ([b, h, s, d], k) =>
    k.choose(
      k.lt(s, before),
      past.scalar,
      () => past.at([b, h, s, d], k),
      () => added([b, h, k.sub(s, before), d], k),
    );
}

/** The scores of [batch, heads, queries, keys]: scaled, capped, biased, and as weights. */
function stagesOf(
  node: LowerNode<AttentionAttributes>,
  dims: AttentionShapes<number>,
  query: HeadsAt,
  key: HeadsAt,
): readonly PointValue[] {
  const { scalar } = node.inputs[0]!;
  const { softcap, scale = 1 / Math.sqrt(dims.q[3]) } = node.attributes;
  const shape = dims.scores;
  const group = dims.q[1] / dims.k[1];
  const scaled = node.step(scalar, shape, ([b, h, i, j], k) => {
    const sum = k.reduceOver("add", [dims.q[3]], k.constant(scalar, 0), ([d]) =>
      k.mul(query([b, h, i, d], k), key([b, quotientBelow(dims.k[1], h, group), j, d], k)),
    );
    return k.mul(sum, scale);
  });
  const capped =
    softcap > 0
      ? node.step(scalar, shape, (index, k) => k.mul(tanh(k, k.div(scaled.at(index, k), softcap)), softcap))
      : scaled;
  const bias = biasOf(node, dims);
  if (bias === undefined) return [scaled, capped, capped, weightsOf(node, capped)];
  const biased = node.step(scalar, shape, (index, k) => k.add(capped.at(index, k), bias(index, k)));
  return [scaled, capped, biased, weightsOf(node, biased, bias)];
}

/** Softmax along the last axis; zeros where every bias is -Infinity, whatever the scores are. */
function weightsOf(node: LowerNode<unknown>, scores: PointValue, bias?: HeadsAt): PointValue {
  const { scalar, shape } = scores;
  const rows = [...shape.slice(0, 3), 1];
  const largest = node.step(scalar, rows, (index, k) =>
    rowTotal(scores, [3], "max", -Infinity, index, k, (score, at) =>
      bias === undefined ? score : k.select(k.gt(bias(at, k), -Infinity), score, -Infinity),
    ),
  );
  const power = node.step(scalar, shape, (index, k) =>
    exp(k, k.let("difference", k.sub(scores.at(index, k), largest.at(rowIndex(index, [3], k), k)))),
  );
  const sum = node.step(scalar, rows, (index, k) => rowTotal(power, [3], "add", 0, index, k));
  return node.step(scalar, shape, (index, k) => {
    const row = rowIndex(index, [3], k);
    return k.select(k.eq(largest.at(row, k), -Infinity), 0, k.div(power.at(index, k), sum.at(row, k)));
  });
}

/** What is added to scores: the mask, and -Infinity at keys that a query does not see; undefined where there is nothing. */
function biasOf(node: LowerNode<AttentionAttributes>, dims: AttentionShapes<number>): HeadsAt | undefined {
  const { scalar } = node.inputs[0]!;
  const mask = node.inputs[3];
  const masks = mask === undefined ? [] : [maskAt(mask, dims.scores, scalar)];
  const { is_causal, left_window_size: left, right_window_size: right } = node.attributes;
  const [, , queries, keys] = dims.scores;
  const nonpad = node.inputs[6];
  const sees = (index: Index, k: PointBuilder): readonly Expression[] => {
    const [i, j] = index.slice(2).map((place) => k.fromIndex("i32", place));
    const valid = nonpad && seenLength(nonpad, index[0], keys, k);
    const position = k.add(i, valid === undefined ? dims.past : k.sub(valid, queries));
    return [
      ...(valid === undefined ? [] : [k.lt(j, valid)]),
      ...(is_causal === 0 ? [] : [k.le(j, position)]),
      ...(left < 0 ? [] : [k.ge(j, k.sub(position, left))]),
      ...(right < 0 ? [] : [k.le(j, k.add(position, right))]),
    ];
  };
  const isLimited = nonpad !== undefined || is_causal !== 0 || left >= 0 || right >= 0;
  if (!isLimited) return masks[0];
  return (index, k) => {
    const all = sees(index, k).reduce((both, one) => k.and(both, one));
    return k.select(all, masks[0]?.(index, k) ?? k.constant(scalar, 0), -Infinity);
  };
}

/** Keys of a sample that are no padding. */
function seenLength(nonpad: PointInput, batch: Expression, keys: number, k: PointBuilder): Expression {
  const length = k.let("length", nonpad.at([batch], k));
  k.guard(k.and(k.ge(length, 0), k.le(length, keys)));
  return k.cast("i32", length);
}

/** A mask as what is added; keys past its end are not seen. */
function maskAt(mask: PointInput, scores: readonly number[], scalar: PointValue["scalar"]): HeadsAt {
  const covered = knownDim(mask.shape.at(-1)!);
  const bias = (index: Index, k: PointBuilder): Expression => {
    const element = mask.at(broadcastIndex(index, mask.shape, k), k);
    return mask.scalar === "bool" ? k.select(element, k.constant(scalar, 0), -Infinity) : k.cast(scalar, element);
  };
  if (covered === scores[3]) return bias;
  return (index, k) =>
    k.choose(
      k.lt(index[3], covered!),
      scalar,
      () => bias(index, k),
      () => k.constant(scalar, -Infinity),
    );
}
