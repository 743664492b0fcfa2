import { existsSync } from "node:fs";
import { GraphBuilder, type Snapshot, tensorOf, tensorType } from "@hodu/core";
import { formatsPlugin } from "@hodu/engine";
import { writeFileSafely } from "@hodu/engine/node";
import npyPlugin from "hodu-format-npy";
import onnxPlugin from "hodu-format-onnx";
import safetensorsPlugin from "hodu-format-safetensors";
import type { ByteSink, CallContext, FormatPlugin, TensorFile } from "hodu-plugin-sdk";

export const context: CallContext = { signal: new AbortController().signal, log() {}, progress() {} };

/** A format by the name of its files, and how it writes values of some number of bytes. */
export interface BenchFormat {
  readonly name: string;
  readonly file: string;
  readonly format: FormatPlugin;
  readonly kind: "model" | "tensors";
  readonly write: (sink: ByteSink) => Promise<void>;
}

const GIGABYTE = 1e9;
const MEGABYTE = 1e6;

/** The formats that are held to the cost of a mapping and of a copy: 1 GB each. */
export function gigabyteFormats(): readonly BenchFormat[] {
  const one = tensors(1, GIGABYTE);
  const many = tensors(50, GIGABYTE);
  const { safetensors } = safetensorsPlugin.formats!;
  const { npy } = npyPlugin.formats!;
  const { hdss } = formatsPlugin.formats!;
  return [
    tensorFormat("safetensors", "gigabyte.safetensors", safetensors, many),
    tensorFormat("npy", "gigabyte.npy", npy, one),
    modelFormat("hdss", "gigabyte.hdss", hdss, weightsModel(many)),
  ];
}

/** A model of 200 MB with its weights inside. */
export function onnxModel(): BenchFormat {
  return modelFormat("onnx", "200mb.onnx", onnxPlugin.formats!.onnx, weightsModel(tensors(50, 200 * MEGABYTE)));
}

/** Writes the file unless it is there. */
export async function prepare(folder: string, { file, write }: BenchFormat): Promise<string> {
  const path = `${folder}/${file}`;
  if (!existsSync(path)) await writeFileSafely(path, { signal: context.signal }, write);
  return path;
}

function tensorFormat(name: string, file: string, format: FormatPlugin, values: TensorFile): BenchFormat {
  return { name, file, format, kind: "tensors", write: (sink) => format.saveTensors!(values, sink, context) };
}

function modelFormat(name: string, file: string, format: FormatPlugin, snapshot: Snapshot): BenchFormat {
  const model = { snapshot, source: undefined };
  return { name, file, format, kind: "model", write: (sink) => format.saveModel!(model, sink, {}, context) };
}

/** f32 tensors of `bytes` together; a single one has no name. */
function tensors(count: number, bytes: number): TensorFile {
  const length = Math.floor(bytes / count / 4);
  const values = Array.from({ length: count }, (_, i) => {
    const data = Float32Array.from({ length }, (_, at) => (at * 31 + i) % 1009);
    return { name: count === 1 ? "" : `w${i}`, value: tensorOf("f32", [length], data) };
  });
  return { values, metadata: [] };
}

function weightsModel({ values }: TensorFile): Snapshot {
  const graph = new GraphBuilder("weights");
  const x = graph.input("x", tensorType("f32", [1]));
  for (const { name, value } of values) if (value.kind === "tensor") graph.weight(name, value);
  const [y] = graph.node("Identity", [x]);
  graph.output(y);
  return graph.build();
}
