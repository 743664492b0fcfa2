import { exp } from "../kernel-ir/functions/index.ts";
import type { Expression } from "../kernel-ir/types.ts";
import {
  type AttentionAttributes,
  type AttentionShapes,
  attentionShapes,
} from "../operators/attention/attention-shapes.ts";
import type { Bias } from "./attention-bias-points.ts";
import { inOrderOfOutput, rowsOf } from "./attention-rows.ts";
import { biasOfScores, cappedScore, constantIndex, headsOf, productsOf, type Scores } from "./attention-scores.ts";
import { attendedInOnePass, canBeInOnePass } from "./attended-in-one-pass.ts";
import { contractionPoint } from "./contraction-point.ts";
import type { LowerNode, Lowering, Point, PointBuilder, PointInput, PointValue } from "./contract.ts";
import { type HeadsAt, headsAt, sameOrder } from "./head-points.ts";
import { knownShape } from "./known-numbers.ts";
import { keptShape, rowIndex, rowTotal } from "./row-values.ts";

type Index = readonly Expression[];

/** softmax(scale * Q K^T, capped, + bias) V for each head; a query that may attend to nothing gives zeros. ONNX Attention. */
export const attentionPoints: Lowering<AttentionAttributes> = (node) => {
  const [q, k, v, , pastKey, pastValue] = node.inputs as readonly PointInput[];
  const shapes = node.inputs.map((input) => input && knownShape(node, input));
  const rules = { fail: (rule: string) => node.cannot(rule), fresh: () => node.cannot("a shape is not known") };
  const dims = attentionShapes(shapes, node.attributes, rules) as AttentionShapes<number>;
  const [batch, heads] = dims.scores;
  const group = heads / dims.k[1];
  const lead = group === 1 ? [batch, heads] : [batch, dims.k[1], group];
  const scores: Scores = { dims, scalar: q.scalar, group, lead };
  const keys = joined(node, pastKey, headsAt(k, dims.k[3]), dims.key, dims.past);
  const values = joined(node, pastValue, headsAt(v, dims.v[3]), dims.value, dims.past);
  const query = headsAt(q, dims.q[3]);
  if (q.scalar === v.scalar && canBeInOnePass(node, dims))
    return [attendedInOnePass(node, scores, query, keys, values), keys, values].slice(0, node.outputs.length);
  const stages = stagesOf(node, scores, query, keys);
  const softmax = softmaxOf(node, stages.biased, stages.bias);
  const { qk_matmul_output_mode: mode } = node.attributes;
  const stage = mode === 3 ? softmax.weights() : [stages.scaled, stages.capped, stages.biased][mode];
  const y = attended(node, scores, softmax, values);
  return [y, keys, values, sameOrder(stage, dims.scores)].slice(0, node.outputs.length);
};

/** Keys or values of the past, and behind them those that are new; together they are a value of their own. */
function joined(
  node: LowerNode<unknown>,
  past: PointInput | undefined,
  added: HeadsAt,
  shape: readonly number[],
  before: number,
): Point {
  if (past === undefined) return { at: added };
  return node.step(past.scalar, shape, ([b, h, s, d], k) =>
    k.choose(
      k.lt(s, before),
      past.scalar,
      () => past.at([b, h, s, d], k),
      () => added([b, h, k.sub(s, before), d], k),
    ),
  );
}

/** The scores: scaled, capped, and with what is added to them. */
function stagesOf(node: LowerNode<AttentionAttributes>, scores: Scores, query: HeadsAt, keys: Point) {
  const { dims, scalar, lead } = scores;
  const { softcap, scale = 1 / Math.sqrt(dims.q[3]) } = node.attributes;
  const shape = [...lead, ...dims.scores.slice(2)];
  const products = node.step(scalar, shape, contractionPoint(productsOf(scores, query, keys)));
  const scaled = node.step(scalar, shape, (index, k) => k.mul(products.at(index, k), scale));
  const capped =
    softcap > 0 ? node.step(scalar, shape, (index, k) => cappedScore(scaled.at(index, k), softcap, k)) : scaled;
  const bias = biasOfScores(node, scores);
  if (bias === undefined) return { scaled, capped, biased: capped, bias };
  const biased = node.step(scalar, shape, (index, k) => k.add(capped.at(index, k), bias(index, k)));
  return { scaled, capped, biased, bias };
}

/** Softmax along the last axis in parts. */
interface Softmax {
  readonly power: PointValue;
  /** A sum of powers, or of what they weigh, as its share: 0 where every bias of the row is -Infinity, whatever the scores are. */
  readonly shared: (sum: Expression, row: Index, k: PointBuilder) => Expression;
  readonly weights: () => PointValue;
}

function softmaxOf(node: LowerNode<unknown>, scores: PointValue, bias: Bias | undefined): Softmax {
  const { scalar, shape } = scores;
  const last = [shape.length - 1];
  const largest = node.step(scalar, keptShape(scores, last), (index, k) =>
    rowTotal(scores, last, "max", -Infinity, index, k, (score, at) =>
      bias === undefined ? score : k.select(k.gt(bias(at, k), -Infinity), score, -Infinity),
    ),
  );
  const power = node.step(scalar, shape, (index, k) =>
    exp(k, k.let("difference", k.sub(scores.at(index, k), largest.at(rowIndex(index, last, k), k)))),
  );
  const sum = node.step(scalar, keptShape(scores, last), (index, k) => rowTotal(power, last, "add", 0, index, k));
  const shared: Softmax["shared"] = (part, row, k) =>
    k.select(k.eq(largest.at(row, k), -Infinity), 0, k.div(part, sum.at(row, k)));
  return {
    power,
    shared,
    weights: () => node.step(scalar, shape, (index, k) => shared(power.at(index, k), rowIndex(index, last, k), k)),
  };
}

/** The values in the shares that their keys have, in the order of output 0. */
function attended(node: LowerNode<unknown>, scores: Scores, softmax: Softmax, values: Point): Point {
  const { dims, scalar } = scores;
  const { shape, rowOf } = rowsOf(node, scores);
  const sums = node.step(
    scalar,
    shape,
    contractionPoint({
      scalar,
      extents: [constantIndex(dims.scores[3])],
      left: (index, [j], k) => softmax.power.at([...rowOf(index), j], k),
      right(index, [j], k) {
        const { b, kv } = headsOf(scores, rowOf(index), k);
        return values.at([b, kv, j, index.at(-1)!], k);
      },
    }),
  );
  return inOrderOfOutput(node, scores, (index, k) =>
    softmax.shared(sums.at(index, k), [...rowOf(index), k.constant("index", 0)], k),
  );
}
