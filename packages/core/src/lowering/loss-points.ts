import type { Expression, Scalar } from "../kernel-ir/types.ts";
import type { LowerNode, Lowering, Point, PointBuilder, PointValue } from "./contract.ts";
import { knownShape } from "./known-numbers.ts";
import { logSoftmaxAlong } from "./softmax-points.ts";

interface LossAttributes {
  readonly ignore_index: number | undefined;
  readonly reduction: string;
}

type Index = readonly Expression[];

/** -weight[label] * x at the label of each place, or their sum or weighted mean. ONNX NegativeLogLikelihoodLoss. */
export const labelLossPoints: Lowering<LossAttributes> = (node) => [lossPoint(node, node.inputs[0]!)];

/** The same of the logarithm of softmax, which is output 1. ONNX SoftmaxCrossEntropyLoss. */
export const crossEntropyPoints: Lowering<LossAttributes> = (node) => {
  const logarithm = logSoftmaxAlong(node, node.inputs[0]!, 1);
  const value = node.step(node.inputs[0]!.scalar, node.inputs[0]!.shape, logarithm);
  return [lossPoint(node, value), value].slice(0, node.outputs.length);
};

function lossPoint(node: LowerNode<LossAttributes>, x: PointValue): Point {
  const [, labels, weights] = node.inputs;
  const { reduction } = node.attributes;
  const { scalar } = x;
  const one = (k: PointBuilder): Expression => k.constant(scalar, 1);
  const loss = (index: Index, k: PointBuilder): Expression =>
    atLabel(node, index, scalar, k, (label) => {
      const own = x.at([index[0], label, ...index.slice(1)], k);
      return k.neg(weights === undefined ? own : k.mul(own, weights.at([label], k)));
    });
  if (reduction === "none") return { at: loss };
  const total = (each: (index: Index, k: PointBuilder) => Expression): Point["at"] => {
    return (_index, k) => k.reduceOver("add", labels!.shape, k.constant(scalar, 0), (index) => each(index, k));
  };
  if (reduction === "sum") return { at: total(loss) };
  const weight = node.step(
    scalar,
    [],
    total((index, k) => atLabel(node, index, scalar, k, (label) => weights?.at([label], k) ?? one(k))),
  );
  const sum = node.step(scalar, [], total(loss));
  return { at: (_index, k) => k.div(sum.at([], k), weight.at([], k)) };
}

/** What a label gives, as an index of a class; 0 for the label that does not count. */
function atLabel(
  node: LowerNode<LossAttributes>,
  index: Index,
  scalar: Scalar,
  k: PointBuilder,
  value: (label: Expression) => Expression,
): Expression {
  const { ignore_index: ignored } = node.attributes;
  const [, classes] = knownShape(node, node.inputs[0]!);
  const label = k.let("label", node.inputs[1]!.at(index, k));
  const own = (): Expression => {
    const inRange = k.and(k.ge(label, 0), k.lt(label, classes));
    k.guard(inRange);
    return value(k.toIndex(label));
  };
  if (ignored === undefined) return own();
  return k.choose(k.eq(label, ignored), scalar, () => k.constant(scalar, 0), own);
}
