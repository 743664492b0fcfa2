import { createRequire } from "node:module";
import { join } from "node:path";
import {
  denseData,
  type DType,
  DTYPES,
  HoduError,
  quote,
  type Tensor,
  tensorOf,
  type TensorData,
  type Value,
} from "@hodu/core";
import { bytesSink, type ByteSource, type CallContext, type FormatPlugin } from "hodu-plugin-sdk";
import type { Engine } from "./engine.ts";

/** The part of ONNX Runtime's JavaScript API that is used. */
interface Runtime {
  readonly Tensor: new (type: string, data: TensorData, dims: readonly number[]) => RuntimeTensor;
  readonly InferenceSession: { create(model: Uint8Array): Promise<RuntimeSession> };
}
interface RuntimeTensor {
  readonly type: string;
  readonly data: TensorData;
  readonly dims: readonly number[];
}
interface RuntimeSession {
  run(feeds: Readonly<Record<string, RuntimeTensor>>): Promise<Readonly<Record<string, RuntimeTensor>>>;
  release(): Promise<void>;
}

const PACKAGE = "onnxruntime-node";

/** Names of dtypes in ONNX Runtime. */
const TYPES: Partial<Readonly<Record<DType, string>>> = {
  bool: "bool",
  i8: "int8",
  u8: "uint8",
  i16: "int16",
  u16: "uint16",
  i32: "int32",
  u32: "uint32",
  i64: "int64",
  u64: "uint64",
  f16: "float16",
  f32: "float32",
  f64: "float64",
  string: "string",
};

/** ONNX Runtime, from where the command was called; models reach it as ONNX files in memory. Throws MISSING_INPUT where it is not installed. */
export function onnxruntimeEngine(onnx: FormatPlugin, source: ByteSource | undefined, context: CallContext): Engine {
  const runtime = loadRuntime();
  return {
    name: "onnxruntime",
    async run(snapshot, inputs) {
      const sink = bytesSink("model.onnx");
      await onnx.saveModel!({ snapshot, source }, sink, {}, context);
      const session = await runtime.InferenceSession.create(sink.bytes());
      try {
        const feeds = inputs.map(({ name, value }) => [name, toRuntime(runtime, name, value)] as const);
        const outputs = await session.run(Object.fromEntries(feeds));
        return new Map(Object.entries(outputs).map(([name, tensor]) => [name, fromRuntime(name, tensor)]));
      } finally {
        await session.release();
      }
    },
  };
}

function loadRuntime(): Runtime {
  try {
    return createRequire(join(process.cwd(), "package.json"))(PACKAGE) as Runtime;
  } catch (cause) {
    throw new HoduError(
      "MISSING_INPUT",
      `Cannot compare with onnxruntime: the package ${quote(PACKAGE)} is not installed here`,
      {
        hint: `npm install ${PACKAGE}`,
        cause,
      },
    );
  }
}

function toRuntime(runtime: Runtime, name: string, value: Value): RuntimeTensor {
  const type = value.kind === "tensor" ? TYPES[value.dtype] : undefined;
  if (value.kind !== "tensor" || type === undefined)
    throw unsupported(name, value.kind === "tensor" ? value.dtype : value.kind);
  return new runtime.Tensor(type, denseData(value), value.shape);
}

function fromRuntime(name: string, { type, data, dims }: RuntimeTensor): Tensor {
  const dtype = (Object.keys(TYPES) as DType[]).find((known) => TYPES[known] === type);
  if (dtype === undefined) throw unsupported(name, type);
  // Some releases give halves as Float16Array: the bits are the same.
  const isBits = DTYPES[dtype].storage === "Uint16Array" && ArrayBuffer.isView(data) && !(data instanceof Uint16Array);
  return tensorOf(dtype, dims, isBits ? new Uint16Array(data.buffer, data.byteOffset, data.length) : data);
}

const unsupported = (name: string, found: string): HoduError =>
  new HoduError(
    "UNSUPPORTED",
    `Cannot compare with onnxruntime: value ${quote(name)} is ${found}, which it has no tensors of`,
  );
