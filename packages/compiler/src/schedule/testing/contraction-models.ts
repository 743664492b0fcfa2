import { elementCount, GraphBuilder, type Tensor, tensorFrom, tensorType } from "@hodu/core";
import type { SampleModel } from "./sample-schedule.ts";

/** A model under construction: a graph, and what its inputs are. */
interface Making {
  readonly graph: GraphBuilder;
  readonly inputs: Map<string, Tensor>;
}

/** Numbers between -1 and 1 that follow no pattern of the shapes. */
const numbersOf = (dims: readonly number[], seed: number): Tensor =>
  tensorFrom(
    "f32",
    dims,
    Array.from({ length: elementCount(dims) }, (_, i) => Math.sin(seed + 7.3 * i)),
  );

function operand({ graph, inputs }: Making, name: string, dims: readonly number[], isConstant: boolean): string {
  const tensor = numbersOf(dims, name.length + dims.length);
  if (isConstant) return graph.weight(name, tensor);
  inputs.set(name, tensor);
  return graph.input(name, tensorType("f32", dims));
}

/** A whole number from `least` to `most`. */
type Draw = (least: number, most: number) => number;

const AFTER = ["none", "relu", "residual", "twice", "transposed", "gelu"] as const;

/** What follows a sum of products: it must be fused, or kept apart, without a difference. */
function finish(making: Making, sum: string, dims: readonly number[], how: (typeof AFTER)[number]): void {
  const { graph } = making;
  const last = (): string => graph.node("Transpose", [sum])[0];
  const results = {
    none: () => sum,
    relu: () => graph.node("Relu", [sum])[0],
    residual: () => graph.node("Add", [graph.node("Relu", [sum])[0], operand(making, "residual", dims, false)])[0],
    twice: () => graph.node("Mul", [graph.node("Sigmoid", [sum])[0], sum])[0],
    transposed: () => graph.node("Tanh", [last()])[0],
    gelu: () => graph.node("Gelu", [sum])[0],
  };
  graph.output(results[how]());
}

function product(making: Making, draw: Draw): void {
  const { graph } = making;
  const [rows, sums, columns] = [draw(1, 19), draw(1, 9), draw(1, 40)];
  const batch = [[], [2], [3, 2]][draw(0, 2)];
  const [isConstant, isTurned] = [draw(0, 1) === 1, draw(0, 1) === 1];
  const own = isConstant && batch.length < 2 ? [] : batch;
  const a = operand(making, "a", [...batch, rows, sums], false);
  const flat = operand(making, "matrix", [...own, ...(isTurned ? [columns, sums] : [sums, columns])], isConstant);
  const perm = [...own.map((_, axis) => axis), own.length + 1, own.length];
  const b = isTurned ? graph.node("Transpose", [flat], { perm })[0] : flat;
  finish(making, graph.node("MatMul", [a, b])[0], [...batch, rows, columns], AFTER[draw(0, AFTER.length - 1)]);
}

function gemm(making: Making, draw: Draw): void {
  const [rows, sums, columns] = [draw(1, 19), draw(1, 9), draw(1, 40)];
  const [transA, transB, isConstant] = [draw(0, 1), draw(0, 1), draw(0, 1) === 1];
  const a = operand(making, "a", transA === 0 ? [rows, sums] : [sums, rows], false);
  const b = operand(making, "matrix", transB === 0 ? [sums, columns] : [columns, sums], isConstant);
  const c = operand(making, "bias", [columns], isConstant);
  const y = making.graph.node("Gemm", [a, b, c], { transA, transB, alpha: draw(1, 2), beta: 2 })[0];
  finish(making, y, [rows, columns], AFTER[draw(0, AFTER.length - 1)]);
}

/** The input of a convolution as it sees it: stored with its channels last, or as it is. */
function pictures(making: Making, [n, channels, height, width]: readonly number[], isLast: boolean): string {
  if (!isLast) return operand(making, "x", [n, channels, height, width], false);
  const stored = operand(making, "x", [n, height, width, channels], false);
  return making.graph.node("Transpose", [stored], { perm: [0, 3, 1, 2] })[0];
}

const outputOf = ({ graph }: Making, y: string, isLast: boolean): void =>
  graph.output(isLast ? graph.node("Transpose", [y], { perm: [0, 2, 3, 1] })[0] : y);

function convolution(making: Making, draw: Draw): void {
  const [isDepthwise, isLast, isConstant] = [draw(0, 1) === 1, draw(0, 1) === 1, draw(0, 1) === 1];
  const own = isDepthwise ? 1 : draw(1, 4);
  const group = isDepthwise ? draw(1, 16) : draw(1, 3);
  const filters = group * (isDepthwise ? 1 : draw(1, 4));
  const x = pictures(making, [2, group * own, draw(5, 9), draw(5, 18)], isLast);
  const w = operand(making, "filters", [filters, own, draw(1, 3), draw(1, 3)], isConstant);
  const bias = operand(making, "bias", [filters], isConstant);
  const dilation = draw(1, 2);
  const attributes = {
    group,
    strides: [draw(1, 2), draw(1, 2)],
    dilations: [dilation, dilation],
    pads: [draw(0, 2), draw(0, 2), draw(0, 2), draw(0, 2)],
  };
  const y = making.graph.node("Conv", [x, w, bias], attributes)[0];
  outputOf(making, making.graph.node("Relu", [y])[0], isLast);
}

/** Two convolutions, the second with a border. */
function chain(making: Making, draw: Draw): void {
  const { graph } = making;
  const [channels, height, width, stride] = [draw(1, 9), draw(1, 7), draw(2, 9), draw(1, 2)];
  const [isDepthwise, isLast] = [draw(0, 1) === 1, draw(0, 1) === 1];
  const x = pictures(making, [1, 5, height, width], isLast);
  const first = graph.node("Conv", [x, operand(making, "filters", [channels, 5, 1, 1], true)])[0];
  const own = isDepthwise ? 1 : channels;
  const w = operand(making, "others", [channels, own, height < 3 ? 1 : 3, 2], true);
  const pads = [draw(0, 2), draw(0, 2), draw(0, 2), draw(0, 2)];
  const attributes = { pads, strides: [stride, stride], group: channels / own };
  outputOf(making, graph.node("Conv", [graph.node("Relu", [first])[0], w], attributes)[0], isLast);
}

/** Numbers from 0 on that a model is drawn from. */
export const DRAWN_NUMBERS = 20;

/** A model of one product or convolution and what may follow it, or of two convolutions, drawn from numbers. */
export function contractionModel(numbers: readonly number[]): SampleModel {
  let next = 0;
  const draw: Draw = (least, most) => least + (numbers[next++ % numbers.length] % (most - least + 1));
  const making: Making = { graph: new GraphBuilder("contraction"), inputs: new Map() };
  [product, gemm, convolution, chain][draw(0, 3)](making, draw);
  return { snapshot: making.graph.build(), inputs: making.inputs };
}
