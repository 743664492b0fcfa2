import { readFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { GraphBuilder, mersenneTwister, type Snapshot, type Tensor, tensorOf, tensorType } from "@hodu/core";
import { bytesSource } from "hodu-plugin-sdk";
import type { ByteSource, NamedValue } from "hodu-plugin-sdk";
import onnxPlugin from "hodu-format-onnx";

/** A model to time: what to run, on what, and how much arithmetic that is. */
export interface BenchModel {
  readonly name: string;
  readonly snapshot: Snapshot;
  readonly source: ByteSource | undefined;
  readonly inputs: readonly NamedValue[];
  /** Multiplications and additions of one run, where they are the point. */
  readonly flops?: number;
}

function randomTensor(shape: readonly number[], seed: number): Tensor {
  const random = mersenneTwister(seed);
  const count = shape.reduce((product, dim) => product * dim, 1);
  return tensorOf(
    "f32",
    shape,
    Float32Array.from({ length: count }, () => random.normal()),
  );
}

/** A 3x3 convolution, 64 to 64 channels at 56x56, as in the middle of ResNet-50. */
export function convolution(): BenchModel {
  const graph = new GraphBuilder("conv3x3");
  const x = graph.input("x", tensorType("f32", [1, 64, 56, 56]));
  const w = graph.weight("w", randomTensor([64, 64, 3, 3], 1));
  const [y] = graph.node("Conv", [x, w], { pads: [1, 1, 1, 1] });
  graph.output(y);
  const inputs = [{ name: "x", value: randomTensor([1, 64, 56, 56], 2) }];
  return {
    name: "conv 3x3 64-64 56x56",
    snapshot: graph.build(),
    source: undefined,
    inputs,
    flops: 2 * 64 * 64 * 9 * 56 * 56,
  };
}

/** A product of two 512x512 matrices. */
export function gemm512(): BenchModel {
  const graph = new GraphBuilder("gemm512");
  const a = graph.input("a", tensorType("f32", [512, 512]));
  const b = graph.weight("b", randomTensor([512, 512], 3));
  const [y] = graph.node("Gemm", [a, b]);
  graph.output(y);
  const inputs = [{ name: "a", value: randomTensor([512, 512], 4) }];
  return { name: "gemm 512", snapshot: graph.build(), source: undefined, inputs, flops: 2 * 512 ** 3 };
}

/** A model of a folder in the ONNX backend-test layout with its first inputs; undefined when the folder is not there. */
export async function folderModel(name: string, folder: string): Promise<BenchModel | undefined> {
  if (!existsSync(`${folder}/model.onnx`)) return undefined;
  const context = { signal: new AbortController().signal, log() {}, progress() {} };
  const { onnx } = onnxPlugin.formats!;
  const source = bytesSource(`${folder}/model.onnx`, await readFile(`${folder}/model.onnx`));
  const snapshot = await onnx.loadModel!(source, context);
  const inputs: NamedValue[] = [];
  for (const [i, input] of snapshot.graph.inputs.filter((input) => input.default === undefined).entries()) {
    const file = `${folder}/test_data_set_0/input_${i}.pb`;
    const { values } = await onnx.loadTensors!(bytesSource(file, await readFile(file)), {}, context);
    inputs.push({ name: input.name, value: values[0].value });
  }
  return { name, snapshot, source, inputs };
}
