import { exp, tanh } from "../kernel-ir/functions/index.ts";
import type { Expression, Scalar } from "../kernel-ir/types.ts";
import {
  type AttentionAttributes,
  type AttentionShapes,
  attentionShapes,
} from "../operators/attention/attention-shapes.ts";
import { attentionInOnePass } from "./attention-in-one-pass.ts";
import { type Bias, biasOf } from "./attention-bias-points.ts";
import { contractionPoint } from "./contraction-point.ts";
import type { Contraction, LowerNode, Lowering, Point, PointBuilder, PointInput, PointValue } from "./contract.ts";
import { type HeadsAt, headsAt, sameOrder } from "./head-points.ts";
import { knownShape } from "./known-numbers.ts";
import { keptShape, rowIndex, rowTotal } from "./row-values.ts";

type Index = readonly Expression[];

/** Queries that fill a vector of every target: fewer have their scores in memory. */
const ONE_PASS_QUERIES = 16;

/** Scores [batch, heads, queries, keys]; where query heads share those of keys, heads are two axes: [.., key heads, group, ..]. */
interface Scores {
  readonly dims: AttentionShapes<number>;
  readonly scalar: Scalar;
  /** Query heads for each head of keys. */
  readonly group: number;
  /** All dims but the last two. */
  readonly lead: readonly number[];
}

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
  if (node.outputs[3] === undefined && dims.scores[2] >= ONE_PASS_QUERIES)
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

/** Of an index of scores: the sample, its head of queries and that of keys. */
function headsOf({ group }: Scores, [b, kv, own]: Index, k: PointBuilder) {
  return { b, kv, h: group === 1 ? kv : k.add(k.mul(kv, group), own) };
}

const constantExtent = (value: number) => ({ kind: "constant", type: "index", value }) as const;

/** The scores: scaled, capped, and with what is added to them. */
function stagesOf(node: LowerNode<AttentionAttributes>, scores: Scores, query: HeadsAt, keys: Point) {
  const { dims, scalar, lead } = scores;
  const { softcap, scale = 1 / Math.sqrt(dims.q[3]) } = node.attributes;
  const shape = [...lead, ...dims.scores.slice(2)];
  const products = node.step(scalar, shape, contractionPoint(productsOf(scores, query, keys)));
  const scaled = node.step(scalar, shape, (index, k) => k.mul(products.at(index, k), scale));
  const capped = softcap > 0 ? node.step(scalar, shape, (index, k) => cap(scaled.at(index, k), softcap, k)) : scaled;
  const bias = biasOfScores(node, scores);
  if (bias === undefined) return { scaled, capped, biased: capped, bias };
  const biased = node.step(scalar, shape, (index, k) => k.add(capped.at(index, k), bias(index, k)));
  return { scaled, capped, biased, bias };
}

const cap = (score: Expression, softcap: number, k: PointBuilder): Expression =>
  k.mul(tanh(k, k.div(score, softcap)), softcap);

/** Sums of products of queries and keys at an index of the scores. */
function productsOf(scores: Scores, query: HeadsAt, keys: Point): Contraction {
  const { dims, scalar } = scores;
  return {
    scalar,
    extents: [constantExtent(dims.q[3])],
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
function biasOfScores(node: LowerNode<AttentionAttributes>, scores: Scores): Bias | undefined {
  const byHead = biasOf(node, scores.dims);
  return (
    byHead &&
    ((index, k) => {
      const { b, h } = headsOf(scores, index, k);
      return byHead([b, h, ...index.slice(-2)], k);
    })
  );
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
      extents: [constantExtent(dims.scores[3])],
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

/** The same, where no scores are kept. */
function attendedInOnePass(
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
      return softcap > 0 ? cap(scaled, softcap, k) : scaled;
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

/** The form that rows of values are made in, and of an index of it that of the row of scores. */
function rowsOf(node: LowerNode<unknown>, { dims, lead }: Scores) {
  const isPacked = node.outputs[0]!.shape.length === 3;
  const [queries, size] = [dims.scores[2], dims.v[3]];
  // of [batch, query, heads.., element] or [batch, heads.., query, element]
  const shape = isPacked ? [lead[0], queries, ...lead.slice(1), size] : [...lead, queries, size];
  const rowOf = (index: Index): Index => (isPacked ? [index[0], ...index.slice(2, -1), index[1]] : index.slice(0, -1));
  return { shape, rowOf };
}

/** Output 0 from elements in the form of `rowsOf`. */
function inOrderOfOutput(node: LowerNode<unknown>, scores: Scores, at: Point["at"]): Point {
  const output = knownShape(node, node.outputs[0]!);
  if (output.length === 4 && scores.lead.length === 2) return { at };
  return sameOrder(node.step(scores.scalar, rowsOf(node, scores).shape, at), output);
}
