import { createRequire } from "node:module";
import { join } from "node:path";
import {
  denseData,
  type DType,
  DTYPES,
  HoduError,
  quote,
  type Snapshot,
  type Tensor,
  tensorOf,
  type TensorData,
  type Value,
} from "@hodu/core";
import { bytesSink, type ByteSource, type CallContext, type FormatPlugin, type NamedValue } from "hodu-plugin-sdk";
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
  run(
    feeds: Readonly<Record<string, RuntimeTensor>>,
    outputs: readonly string[],
  ): Promise<Readonly<Record<string, RuntimeTensor>>>;
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

/**
 * ONNX Runtime, from where the command was called; models reach it as ONNX files in memory. It gives outputs that are tensors only.
 * Throws MISSING_INPUT where it is not installed or cannot be loaded; its runs UNSUPPORTED for what it refuses.
 */
export function onnxruntimeEngine(onnx: FormatPlugin, source: ByteSource | undefined, context: CallContext): Engine {
  const runtime = loadRuntime();
  return {
    name: "onnxruntime",
    async run(snapshot, inputs) {
      const sink = bytesSink("model.onnx");
      await onnx.saveModel!({ snapshot, source }, sink, {}, context);
      const session = await refusals(runtime.InferenceSession.create(sink.bytes()));
      try {
        return await runSession(runtime, session, inputs, tensorOutputs(snapshot));
      } finally {
        await session.release();
      }
    },
  };
}

async function runSession(
  runtime: Runtime,
  session: RuntimeSession,
  inputs: readonly NamedValue[],
  outputs: readonly string[],
): Promise<ReadonlyMap<string, Tensor>> {
  if (outputs.length === 0) return new Map();
  const feeds = inputs.map(({ name, value }) => [name, toRuntime(runtime, name, value)] as const);
  const found = await refusals(session.run(Object.fromEntries(feeds), outputs));
  return new Map(Object.entries(found).map(([name, tensor]) => [name, fromRuntime(name, tensor)]));
}

/** Names of the outputs that it can give; one whose type is not known is taken for a tensor. */
function tensorOutputs({ graph }: Snapshot): readonly string[] {
  return graph.outputs.filter(({ type }) => type === undefined || type.kind === "tensor").map(({ name }) => name);
}

/** What a call of the runtime gives; what it throws is its refusal of the model. */
async function refusals<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    throw new HoduError("UNSUPPORTED", `Cannot compare with onnxruntime: it says: ${text}`, {
      hint: "hodu compare model.onnx --against interp",
      cause,
    });
  }
}

function loadRuntime(): Runtime {
  try {
    return createRequire(join(process.cwd(), "package.json"))(PACKAGE) as Runtime;
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND";
    const why = isMissing ? "is not installed here" : `cannot be loaded: ${String(cause)}`;
    throw new HoduError("MISSING_INPUT", `Cannot compare with onnxruntime: the package ${quote(PACKAGE)} ${why}`, {
      hint: `npm install ${PACKAGE}`,
      cause,
    });
  }
}

function toRuntime(runtime: Runtime, name: string, value: Value): RuntimeTensor {
  const type = value.kind === "tensor" ? TYPES[value.dtype] : undefined;
  if (value.kind !== "tensor" || type === undefined)
    throw unsupported(name, value.kind === "tensor" ? value.dtype : value.kind);
  const data = denseData(value);
  const tensor = new runtime.Tensor(type, data, value.shape);
  // Where there is a Float16Array, the tensor makes one of bits of halves, and native code of some releases does not know it.
  return value.dtype === "f16" ? Object.defineProperty(tensor, "data", { value: data }) : tensor;
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
