import { type Snapshot, type Tensor, tensorFrom } from "@hodu/core";
import { Network } from "./network.ts";

/** The scale of all activations; they are u8, from this zero point on. */
const [SCALE, MIDDLE] = [0.03, 128];

/** Layers as static quantisation writes them: every operator between DequantizeLinear and QuantizeLinear, weights of i8 with a scale for each filter. */
class QuantizedLayers extends Network {
  /** Through integers and back. */
  through(x: string, zero = MIDDLE): string {
    const [scale, point] = [this.constant(SCALE), this.#whole("u8", [], [zero])];
    return this.node("DequantizeLinear", [this.node("QuantizeLinear", [x, scale, point]), scale, point]);
  }

  conv(x: string, from: number, to: number, kernel: number, stride = 1, isCut = true): string {
    const pad = (kernel - 1) >> 1;
    const places = from * kernel * kernel;
    const scales = Array.from({ length: to }, (_, i) => Math.fround((0.01 + (i % 7) * 0.002) / Math.sqrt(places)));
    const weights = Array.from(this.random([to * places], 127).data as Float32Array, Math.round);
    const biases = Array.from(this.random([to], 500).data as Float32Array, Math.round);
    const w = this.#perFilter(this.#whole("i8", [to, from, kernel, kernel], weights), scales);
    const ofBias = scales.map((scale) => Math.fround(scale * Math.fround(SCALE)));
    const b = this.#perFilter(this.#whole("i32", [to], biases), ofBias);
    const attributes = { kernel_shape: [kernel, kernel], strides: [stride, stride], pads: [pad, pad, pad, pad] };
    const y = this.node("Conv", [x, w, b], attributes);
    return isCut ? this.through(this.node("Relu", [y]), 0) : this.through(y);
  }

  bottleneck(x: string, from: number, width: number, stride: number): string {
    const narrow = this.conv(this.conv(x, from, width, 1), width, width, 3, stride);
    const wide = this.conv(narrow, width, 4 * width, 1, 1, false);
    const residual = from === 4 * width ? x : this.conv(x, from, 4 * width, 1, stride, false);
    return this.through(this.node("Relu", [this.node("Add", [wide, residual])]), 0);
  }

  #perFilter(integers: string, scales: readonly number[]): string {
    return this.node("DequantizeLinear", [integers, this.floats(scales)], { axis: 0 });
  }

  #whole(dtype: Tensor["dtype"], shape: readonly number[], values: readonly number[]): string {
    return this.graph.weight(`q${this.graph.graph().weights.length}`, tensorFrom(dtype, shape, [...values]));
  }
}

/** The first two stages of ResNet-50 in 8 bits, input 1x3x224x224. */
export function resnetInt8(): Snapshot {
  const net = new QuantizedLayers("resnet-int8");
  let x = net.conv(net.through(net.input("x", [1, 3, 224, 224])), 3, 64, 7, 2);
  x = net.through(net.node("MaxPool", [x], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }), 0);
  for (let i = 0; i < 3; i++) x = net.bottleneck(x, i === 0 ? 64 : 256, 64, 1);
  for (let i = 0; i < 4; i++) x = net.bottleneck(x, i === 0 ? 256 : 512, 128, i === 0 ? 2 : 1);
  return net.finish(net.node("GlobalAveragePool", [x]));
}
