import { pow } from "../kernel-ir/functions/index.ts";
import type { Expression } from "../kernel-ir/types.ts";
import type { LowerNode, Lowering, Point, PointBuilder, PointInput, PointValue } from "./contract.ts";
import { broadcastIndex } from "./elementwise.ts";
import { axisFrom0, knownShape } from "./known-numbers.ts";
import { quotientBelow } from "./positions.ts";
import { keptShape, rowIndex, rowMoments, rowTotal } from "./row-values.ts";

/** An input for each channel (axis 1), in the scalar of the output. */
const ofChannel = (input: PointInput | undefined, channel: Expression, like: PointValue, k: PointBuilder): Expression =>
  k.cast(like.scalar, input!.at([channel], k));

/** (x - mean) / sqrt(variance + epsilon) * scale + bias of channels with given moments. ONNX BatchNormalization. */
export const batchNormalizationPoints: Lowering<BatchAttributes> = (node) => {
  const [x, scale, bias, mean, variance] = node.inputs;
  if (node.attributes.training_mode !== 0) return trainingPoints(node);
  const at: Point["at"] = (index, k) => {
    const channel = index.length > 1 ? index[1] : k.constant("index", 0);
    const [s, b, m, v] = [scale, bias, mean, variance].map((input) => ofChannel(input, channel, x!, k));
    const factor = k.let("factor", k.div(s, k.sqrt(k.add(v, node.attributes.epsilon))));
    return k.add(k.mul(k.sub(x!.at(index, k), m), factor), b);
  };
  return [{ at }];
};

interface BatchAttributes {
  readonly epsilon: number;
  readonly momentum: number;
  readonly training_mode: number;
}

/** The same with the moments of the batch, and the running moments, mixed with these. */
function trainingPoints(node: LowerNode<BatchAttributes>): readonly Point[] {
  const [x, scale, bias, ...running] = node.inputs as readonly PointInput[];
  const { epsilon, momentum } = node.attributes;
  if (x.shape.length < 2) node.cannot("it has no kernel for values without channels");
  const axes = x.shape.flatMap((_, axis) => (axis === 1 ? [] : [axis]));
  const moments = rowMoments(node, x, axes);
  const at: Point["at"] = (index, k) => {
    const row = rowIndex(index, axes, k);
    const [s, b] = [scale, bias].map((input) => ofChannel(input, index[1], x, k));
    const factor = k.let("factor", k.div(s, k.sqrt(k.add(moments.variance.at(row, k), epsilon))));
    return k.add(k.mul(k.sub(x.at(index, k), moments.mean.at(row, k)), factor), b);
  };
  const mixed = [moments.mean, moments.variance].map(
    (now, i): Point => ({
      at([channel], k) {
        const zero = k.constant("index", 0);
        const row = x.shape.map((_, axis) => (axis === 1 ? channel : zero));
        const { scalar } = running[i];
        return k.add(k.mul(running[i].at([channel], k), momentum), k.mul(k.cast(scalar, now.at(row, k)), 1 - momentum));
      },
    }),
  );
  return [{ at }, ...mixed].slice(0, node.outputs.length);
}

/** The same with the moments of each channel of each sample. ONNX InstanceNormalization. */
export const instanceNormalizationPoints: Lowering<{ readonly epsilon: number }> = (node) => {
  const [x, scale, bias] = node.inputs;
  const axes = x!.shape.slice(2).map((_, i) => i + 2);
  const { mean, variance } = rowMoments(node, x!, axes);
  const at: Point["at"] = (index, k) => {
    const row = rowIndex(index, axes, k);
    const [s, b] = [scale, bias].map((input) => ofChannel(input, index[1], x!, k));
    const factor = k.let("factor", k.div(s, k.sqrt(k.add(variance.at(row, k), node.attributes.epsilon))));
    return k.add(k.mul(k.sub(x!.at(index, k), mean.at(row, k)), factor), b);
  };
  return [{ at }];
};

/** The same with the moments of each group of channels of each sample. ONNX GroupNormalization. */
export const groupNormalizationPoints: Lowering<{ readonly epsilon: number; readonly num_groups: number }> = (node) => {
  const [x, scale, bias] = node.inputs as readonly PointInput[];
  const { epsilon, num_groups: groups } = node.attributes;
  const [batch, channels, ...spatial] = knownShape(node, x);
  const size = channels / groups;
  const rows = groupedValue(node, x, [batch, groups, size, ...spatial]);
  const axes = rows.shape.slice(2).map((_, i) => i + 2);
  const { mean, variance } = rowMoments(node, rows, axes);
  const at: Point["at"] = (index, k) => {
    const zero = k.constant("index", 0);
    const row = [index[0], quotientBelow(groups, index[1], size), ...axes.map(() => zero)];
    const [s, b] = [scale, bias].map((input) => ofChannel(input, index[1], x, k));
    const factor = k.let("factor", k.div(s, k.sqrt(k.add(variance.at(row, k), epsilon))));
    return k.add(k.mul(k.sub(x.at(index, k), mean.at(row, k)), factor), b);
  };
  return [{ at }];
};

/** Channels as groups: [N, C, ...] as [N, groups, C / groups, ...]. */
function groupedValue(node: LowerNode<unknown>, x: PointInput, shape: readonly number[]): PointValue {
  return node.step(x.scalar, shape, ([n, group, own, ...places], k) =>
    x.at([n, k.add(k.mul(group, shape[2]), own), ...places], k),
  );
}

/** x / (bias + alpha / size * the sum of squares of the channels around it)^beta. ONNX LRN. */
export const localResponsePoints: Lowering<{
  readonly alpha: number;
  readonly beta: number;
  readonly bias: number;
  readonly size: number;
}> = (node) => {
  const x = node.inputs[0]!;
  const { alpha, beta, bias, size } = node.attributes;
  const channels = knownShape(node, x)[1];
  const before = Math.floor((size - 1) / 2);
  const at: Point["at"] = (index, k) => {
    const sum = k.reduceOver("add", [size], k.constant(x.scalar, 0), ([i]) => {
      const channel = k.sub(k.add(index[1], i), before);
      return k.choose(
        k.and(k.ge(channel, 0), k.lt(channel, channels)),
        x.scalar,
        () => {
          const element = x.at([index[0], channel, ...index.slice(2)], k);
          return k.mul(element, element);
        },
        () => k.constant(x.scalar, 0),
      );
    });
    const base = k.let("base", k.add(k.mul(sum, alpha / size), bias));
    return k.div(x.at(index, k), pow(k, base, k.constant(x.scalar, beta)));
  };
  return [{ at }];
};

/** (x - mean) / sqrt(variance + epsilon) * scale + bias along all axes from one on. ONNX LayerNormalization. */
export const layerNormalizationPoints: Lowering<{ readonly axis: number; readonly epsilon: number }> = (node) => {
  const [x, scale, bias] = node.inputs;
  const axes = axesFrom(node, x!);
  const { mean, variance } = rowMoments(node, x!, axes);
  const inverse = node.step(x!.scalar, keptShape(x!, axes), (index, k) =>
    k.div(1, k.sqrt(k.add(variance.at(index, k), node.attributes.epsilon))),
  );
  const at: Point["at"] = (index, k) => {
    const row = rowIndex(index, axes, k);
    const scaled = k.mul(
      k.mul(k.sub(x!.at(index, k), mean.at(row, k)), inverse.at(row, k)),
      spread(scale!, index, x!, k),
    );
    return bias === undefined ? scaled : k.add(scaled, spread(bias, index, x!, k));
  };
  const stash = (value: PointValue, i: number): Point | undefined => {
    const output = node.outputs[i];
    return output && { at: (index, k) => k.cast(output.scalar, value.at(index, k)) };
  };
  return [{ at }, stash(mean, 1), stash(inverse, 2)];
};

/** x / sqrt(mean square + epsilon) * scale along all axes from one on. ONNX RMSNormalization. */
export const rmsNormalizationPoints: Lowering<{ readonly axis: number; readonly epsilon: number }> = (node) => {
  const [x, scale] = node.inputs as readonly PointInput[];
  const { scalar } = node.outputs[0]!;
  const axes = axesFrom(node, x);
  const count = axes.reduce((total, axis) => total * knownShape(node, x)[axis], 1);
  const inverse = node.step(x.scalar, keptShape(x, axes), (index, k) => {
    const squares = rowTotal(x, axes, "add", 0, index, k, (element) => k.mul(element, element));
    return k.div(1, k.sqrt(k.add(k.div(squares, count), node.attributes.epsilon)));
  });
  const at: Point["at"] = (index, k) => {
    const scaled = k.mul(x.at(index, k), inverse.at(rowIndex(index, axes, k), k));
    return k.mul(k.cast(scalar, scaled), k.cast(scalar, scale.at(broadcastIndex(index, scale.shape, k), k)));
  };
  return [{ at }];
};

/** x over its norm along an axis; 0 where that is 0. ONNX LpNormalization. */
export const lpNormalizationPoints: Lowering<{ readonly axis: number; readonly p: number }> = (node) => {
  const x = node.inputs[0]!;
  const axes = [axisFrom0(node.attributes.axis, x.shape.length)];
  const isFirst = node.attributes.p === 1;
  const norm = node.step(x.scalar, keptShape(x, axes), (index, k) => {
    const sum = rowTotal(x, axes, "add", 0, index, k, (element) =>
      isFirst ? k.abs(element) : k.mul(element, element),
    );
    return isFirst ? sum : k.sqrt(sum);
  });
  const at: Point["at"] = (index, k) => {
    const total = norm.at(rowIndex(index, axes, k), k);
    return k.select(k.eq(total, 0), 0, k.div(x.at(index, k), total));
  };
  return [{ at }];
};

/** What ONNX MeanVarianceNormalization adds to the deviation. */
const DEVIATION_EPSILON = 1e-9;

/** (x - mean) / (deviation + 1e-9) along axes. ONNX MeanVarianceNormalization. */
export const meanVarianceNormalizationPoints: Lowering<{ readonly axes: readonly number[] }> = (node) => {
  const x = node.inputs[0]!;
  const axes = node.attributes.axes.map((axis) => axisFrom0(axis, x.shape.length));
  const { mean, variance } = rowMoments(node, x, axes);
  const at: Point["at"] = (index, k) => {
    const row = rowIndex(index, axes, k);
    const deviation = k.add(k.sqrt(variance.at(row, k)), DEVIATION_EPSILON);
    return k.div(k.sub(x.at(index, k), mean.at(row, k)), deviation);
  };
  return [{ at }];
};

const axesFrom = (node: LowerNode<{ readonly axis: number }>, x: PointValue): readonly number[] => {
  const first = axisFrom0(node.attributes.axis, x.shape.length);
  return x.shape.flatMap((_, axis) => (axis < first ? [] : [axis]));
};

const spread = (value: PointValue, index: readonly Expression[], like: PointValue, k: PointBuilder): Expression =>
  k.cast(like.scalar, value.at(broadcastIndex(index, value.shape, k), k));
