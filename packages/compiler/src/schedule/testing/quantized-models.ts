import { elementCount, GraphBuilder, type Tensor, tensorFrom, tensorType } from "@hodu/core";
import type { SampleModel } from "./sample-schedule.ts";

/** A whole number from `least` to `most`. */
type Draw = (least: number, most: number) => number;

interface Making {
  readonly graph: GraphBuilder;
  readonly inputs: Map<string, Tensor>;
  readonly draw: Draw;
}

type Byte = "i8" | "u8";

/** Bytes that follow no pattern of the shapes, the ends of their range among them. */
function bytesOf(dtype: Byte, dims: readonly number[], seed: number): Tensor {
  const least = dtype === "i8" ? -128 : 0;
  const numbers = Array.from({ length: elementCount(dims) }, (_, i) => {
    const drawn = Math.sin(seed + 7.3 * i) * 160 + 128;
    return least + Math.min(255, Math.max(0, Math.round(drawn)));
  });
  return tensorFrom(dtype, dims, numbers);
}

function given({ graph, inputs }: Making, name: string, tensor: Tensor): string {
  inputs.set(name, tensor);
  return graph.input(name, tensorType(tensor.dtype, tensor.shape));
}

const drawByte = ({ draw }: Making): Byte => (draw(0, 1) === 0 ? "u8" : "i8");

/** A zero point: in the model or given with the run; often that of symmetric weights. */
function zeroPoint(making: Making, name: string, dtype: Byte, dims: readonly number[], isConstant: boolean): string {
  const { draw, graph } = making;
  const value = draw(0, 2) === 0 ? draw(0, 127) : 0;
  const count = elementCount(dims);
  const tensor = tensorFrom(
    dtype,
    dims,
    Array.from({ length: count }, (_, i) => (value === 0 ? 0 : (value + i) % 128)),
  );
  return isConstant ? graph.weight(name, tensor) : given(making, name, tensor);
}

const scales = ({ graph }: Making, name: string, count: number, scale: number): string =>
  graph.weight(
    name,
    tensorFrom(
      "f32",
      count === 1 ? [] : [count],
      Array.from({ length: count }, (_, i) => scale / (i + 1)),
    ),
  );

function product(making: Making): string {
  const { graph, draw } = making;
  const [rows, places, columns] = [draw(1, 19), draw(1, 13), draw(2, 70)];
  const [left, right] = [drawByte(making), drawByte(making)];
  const a = given(making, "a", bytesOf(left, [rows, places], 1));
  const b = graph.weight("b", bytesOf(right, [places, columns], 2));
  const zeroA = zeroPoint(making, "a_zero", left, [], draw(0, 1) === 0);
  const zeroB = zeroPoint(making, "b_zero", right, draw(0, 2) === 0 ? [columns] : [], true);
  if (draw(0, 1) === 0) return graph.node("MatMulInteger", [a, b, zeroA, zeroB])[0];
  const out = drawByte(making);
  const zeroY = zeroPoint(making, "y_zero", out, [], draw(0, 1) === 0);
  const [scaleA, scaleB, scaleY] = [
    scales(making, "a_scale", 1, 0.02),
    scales(making, "b_scale", draw(0, 1) === 0 ? 1 : columns, 0.013),
    scales(making, "y_scale", 1, 0.31),
  ];
  return graph.node("QLinearMatMul", [a, scaleA, zeroA, b, scaleB, zeroB, scaleY, zeroY])[0];
}

function convolution(making: Making): string {
  const { graph, draw } = making;
  const [left, right, out] = [drawByte(making), drawByte(making), drawByte(making)];
  const isDepthwise = draw(0, 3) === 0;
  const own = isDepthwise ? 1 : draw(1, 9);
  const group = isDepthwise ? draw(2, 20) : draw(1, 2);
  const filters = group * (isDepthwise ? 1 : draw(1, 20));
  const [height, width] = [draw(3, 7), draw(3, 20)];
  const stored = given(making, "x", bytesOf(left, [2, height, width, group * own], 1));
  const x = graph.node("Transpose", [stored], { perm: [0, 3, 1, 2] })[0];
  const w = graph.weight("w", bytesOf(right, [filters, own, draw(1, 3), draw(1, 3)], 2));
  const zeroX = zeroPoint(making, "x_zero", left, [], draw(0, 1) === 0);
  const zeroW = zeroPoint(making, "w_zero", right, draw(0, 2) === 0 ? [filters] : [], true);
  const zeroY = zeroPoint(making, "y_zero", out, [], draw(0, 1) === 0);
  const bias = graph.weight(
    "bias",
    tensorFrom(
      "i32",
      [filters],
      Array.from({ length: filters }, (_, i) => 97 * i - 300),
    ),
  );
  const operands = [x, scales(making, "x_scale", 1, 0.02), zeroX, w, scales(making, "w_scale", filters, 0.3), zeroW];
  const attributes = { group, strides: [draw(1, 2), 1], pads: [draw(0, 1), draw(0, 1), draw(0, 1), draw(0, 1)] };
  const inputs = [...operands, scales(making, "y_scale", 1, 0.7), zeroY, bias];
  const y = graph.node("QLinearConv", inputs, attributes)[0];
  return draw(0, 3) === 0 ? y : graph.node("Transpose", [y], { perm: [0, 2, 3, 1] })[0];
}

/** Numbers from 0 on that a model is drawn from. */
export const QUANTIZED_NUMBERS = 40;

/** A model of one product or convolution of bytes, drawn from numbers. */
export function quantizedModel(numbers: readonly number[]): SampleModel {
  let next = 0;
  const draw: Draw = (least, most) => least + (numbers[next++ % numbers.length] % (most - least + 1));
  const making: Making = { graph: new GraphBuilder("quantized"), inputs: new Map(), draw };
  making.graph.output(draw(0, 1) === 0 ? product(making) : convolution(making));
  return { snapshot: making.graph.build(), inputs: making.inputs };
}
