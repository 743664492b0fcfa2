import {
  bytesSink,
  bytesSource,
  type CallContext,
  type DType,
  type NamedValue,
  type TensorFile,
} from "hodu-plugin-sdk";
import { loadTensors } from "../load-tensors.ts";
import { saveTensors } from "../save-tensors.ts";

/** A .npy file of that header, whatever it says. */
export function npyBytes(
  header: string | Uint8Array,
  data: ArrayBufferView = new Uint8Array(0),
  version: readonly [number, number] = [1, 0],
): Uint8Array {
  const text = typeof header === "string" ? new TextEncoder().encode(header) : header;
  const length = version[0] === 1 ? [0, 0] : [0, 0, 0, 0];
  for (const i of length.keys()) length[i] = (text.length >> (8 * i)) & 0xff;
  const elements = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const prefix = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, ...version, ...length];
  // of its own memory, as a Buffer is not: the elements are aligned if the header is
  return new Uint8Array(Buffer.concat([Uint8Array.from(prefix), text, elements]));
}

/** The header of an array, as long as NumPy makes it in version 1.0. */
export function headerText(descr: string, shape: string, order: "False" | "True" = "False"): string {
  return `${`{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }`.padEnd(117)}\n`;
}

export function testContext(logged: string[] = [], signal: AbortSignal = new AbortController().signal): CallContext {
  return { signal, log: (_, message) => logged.push(message), progress() {} };
}

export async function load(
  bytes: Uint8Array,
  name = "x.npy",
  dtypes: readonly (readonly [string, DType])[] = [],
): Promise<TensorFile> {
  return loadTensors(bytesSource(name, bytes), { dtypes }, testContext());
}

export async function save(
  values: readonly NamedValue[],
  name: string,
  context: CallContext = testContext(),
): Promise<Uint8Array> {
  const sink = bytesSink(name);
  await saveTensors({ values, metadata: [] }, sink, context);
  return sink.bytes();
}
