import {
  type ByteSource,
  bytesSink,
  bytesSource,
  type CallContext,
  type DType,
  type NamedValue,
  type Tensor,
  type TensorFile,
  tensorFromBytes,
} from "hodu-plugin-sdk";
import { loadTensors } from "../load-tensors.ts";
import { saveTensors } from "../save-tensors.ts";

/** A context that nobody cancels or listens to. */
export const quiet: CallContext = { signal: new AbortController().signal, log() {}, progress() {} };

/** Reads the bytes of a file named "x.safetensors". */
export async function load(bytes: Uint8Array | ByteSource): Promise<TensorFile> {
  return loadTensors(bytes instanceof Uint8Array ? bytesSource("x.safetensors", bytes) : bytes, {}, quiet);
}

/** The bytes of a file named "x.safetensors". */
export async function save(values: readonly NamedValue[], metadata: TensorFile["metadata"] = []): Promise<Uint8Array> {
  const sink = bytesSink("x.safetensors");
  await saveTensors({ values, metadata }, sink, quiet);
  return sink.bytes();
}

/** A named tensor over bytes. */
export function tensor(name: string, dtype: DType, shape: readonly number[], bytes: Uint8Array): NamedValue {
  return { name, value: tensorFromBytes(dtype, shape, bytes) };
}

/** The tensors of a file by name. */
export function tensorsOf({ values }: TensorFile): ReadonlyMap<string, Tensor> {
  return new Map(
    values.map(({ name, value }) => {
      if (value.kind !== "tensor") throw new Error(`${name} is a ${value.kind}`);
      return [name, value];
    }),
  );
}
