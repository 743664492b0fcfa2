import type { Snapshot } from "@hodu/core";
import { Network } from "./network.ts";

/** What a convolution is followed by. */
type Activation = "Relu" | "Clip" | "SiLU" | undefined;

/** Layers of convolutional networks as exporters write them: Conv, BatchNormalization, activation. */
class Layers extends Network {
  conv(x: string, from: number, to: number, kernel: number, stride = 1, group = 1): string {
    const pad = (kernel - 1) >> 1;
    const w = this.weight([to, from / group, kernel, kernel], (from / group) * kernel * kernel);
    const attributes = {
      kernel_shape: [kernel, kernel],
      strides: [stride, stride],
      pads: [pad, pad, pad, pad],
      group,
    };
    return this.node("Conv", [x, w], attributes);
  }

  norm(x: string, channels: number): string {
    const [scale, variance] = [this.scales(channels, 0.5), this.scales(channels, 0.5)];
    const [bias, mean] = [this.weight([channels], channels), this.weight([channels], channels)];
    return this.node("BatchNormalization", [x, scale, bias, mean, variance]);
  }

  activate(x: string, activation: Activation): string {
    if (activation === undefined) return x;
    if (activation === "Clip") return this.node("Clip", [x, this.constant(0), this.constant(6)]);
    if (activation === "SiLU") return this.node("Mul", [x, this.node("Sigmoid", [x])]);
    return this.node(activation, [x]);
  }

  block(x: string, from: number, to: number, kernel: number, activation: Activation, stride = 1, group = 1): string {
    return this.activate(this.norm(this.conv(x, from, to, kernel, stride, group), to), activation);
  }

  /** Global pooling and a layer of 1000 classes. */
  classify(x: string, channels: number): string {
    const flat = this.node("Flatten", [this.node("GlobalAveragePool", [x])]);
    return this.node("Gemm", [flat, this.weight([1000, channels], channels), this.weight([1000], 1000)], { transB: 1 });
  }
}

const RESNET_STAGES = [
  { blocks: 3, width: 64, stride: 1 },
  { blocks: 4, width: 128, stride: 2 },
  { blocks: 6, width: 256, stride: 2 },
  { blocks: 3, width: 512, stride: 2 },
] as const;

/** ResNet-50 (He et al. 2015, with the stride in the 3x3), input 1x3x224x224. */
export function resnet50(): Snapshot {
  const net = new Layers("resnet50");
  let x = net.block(net.input("x", [1, 3, 224, 224]), 3, 64, 7, "Relu", 2);
  x = net.node("MaxPool", [x], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] });
  let channels = 64;
  for (const { blocks, width, stride: first } of RESNET_STAGES) {
    for (let i = 0; i < blocks; i++) {
      const stride = i === 0 ? first : 1;
      const narrow = net.block(x, channels, width, 1, "Relu");
      const middle = net.block(narrow, width, width, 3, "Relu", stride);
      const wide = net.block(middle, width, 4 * width, 1, undefined);
      const residual = i === 0 ? net.block(x, channels, 4 * width, 1, undefined, stride) : x;
      x = net.node("Relu", [net.node("Add", [wide, residual])]);
      channels = 4 * width;
    }
  }
  return net.finish(net.classify(x, channels));
}

/** Expansion, output channels, blocks and first stride of each stage of MobileNetV2 (Sandler et al. 2018, table 2). */
const MOBILENET_STAGES = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const;

/** MobileNetV2, input 1x3x224x224. */
export function mobilenetV2(): Snapshot {
  const net = new Layers("mobilenet-v2");
  let x = net.block(net.input("x", [1, 3, 224, 224]), 3, 32, 3, "Clip", 2);
  let channels = 32;
  for (const [expansion, to, blocks, first] of MOBILENET_STAGES) {
    for (let i = 0; i < blocks; i++) {
      const hidden = channels * expansion;
      const expanded = expansion === 1 ? x : net.block(x, channels, hidden, 1, "Clip");
      const filtered = net.block(expanded, hidden, hidden, 3, "Clip", i === 0 ? first : 1, hidden);
      const projected = net.block(filtered, hidden, to, 1, undefined);
      x = i === 0 ? projected : net.node("Add", [x, projected]);
      channels = to;
    }
  }
  return net.finish(net.classify(net.block(x, channels, 1280, 1, "Clip"), 1280));
}

/** A detector like small YOLO models: SiLU, split bottlenecks, pooled pyramid, Resize and Concat between scales; input 1x3x320x320. */
export function detector(): Snapshot {
  const net = new Layers("detector");
  const block = (x: string, from: number, to: number, kernel: number, stride = 1): string =>
    net.block(x, from, to, kernel, "SiLU", stride);
  const bottleneck = (x: string, channels: number): string => {
    const half = channels / 2;
    const [left, right] = net.graph.node(
      "Split",
      [block(x, channels, channels, 1)],
      { axis: 1, num_outputs: 2 },
      { outputs: 2 },
    );
    const deep = net.node("Add", [right, block(block(right, half, half, 3), half, half, 3)]);
    return block(net.node("Concat", [left, right, deep], { axis: 1 }), channels + half, channels, 1);
  };
  const x = block(block(net.input("x", [1, 3, 320, 320]), 3, 16, 3, 2), 16, 32, 3, 2);
  const small = bottleneck(block(bottleneck(x, 32), 32, 64, 3, 2), 64);
  const middle = bottleneck(block(small, 64, 128, 3, 2), 128);
  const deep = bottleneck(block(middle, 128, 256, 3, 2), 256);
  const pool = (y: string): string =>
    net.node("MaxPool", [y], { kernel_shape: [5, 5], strides: [1, 1], pads: [2, 2, 2, 2] });
  const narrow = block(deep, 256, 128, 1);
  const once = pool(narrow);
  const twice = pool(once);
  const pooled = [narrow, once, twice, pool(twice)];
  const top = block(net.node("Concat", pooled, { axis: 1 }), 512, 256, 1);
  const up = (y: string): string =>
    net.node("Resize", [y, "", net.floats([1, 1, 2, 2])], {
      mode: "nearest",
      coordinate_transformation_mode: "asymmetric",
      nearest_mode: "floor",
    });
  const merged = block(net.node("Concat", [up(top), middle], { axis: 1 }), 384, 128, 1);
  const fine = block(net.node("Concat", [up(merged), small], { axis: 1 }), 192, 64, 1);
  const heads = [
    [fine, 64],
    [merged, 128],
    [top, 256],
  ] as const;
  const outputs = heads.map(([y, channels]) => {
    const scores = net.conv(block(y, channels, channels, 3), channels, 84, 1);
    return net.node("Reshape", [net.node("Sigmoid", [scores]), net.integers([1, 84, -1])]);
  });
  return net.finish(net.node("Concat", outputs, { axis: 2 }));
}
