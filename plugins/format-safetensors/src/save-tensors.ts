import {
  type ByteSink,
  bytesOfTensor,
  bytesPerElement,
  type CallContext,
  CHUNK_BYTES,
  DTYPES,
  elementCount,
  HoduError,
  quote,
  type Tensor,
  tensorBlocks,
  type TensorFile,
  type Value,
} from "hodu-plugin-sdk";
import { compareCodePoints } from "./compare-code-points.ts";
import { NAME_OF_DTYPE } from "./dtypes.ts";
import { MAX_HEADER_BYTES } from "./limits.ts";

/** A tensor as the header has it. */
interface Entry {
  readonly name: string;
  readonly dtype: string;
  /** Place of the dtype in the format's list. */
  readonly rank: number;
  readonly bytes: number;
  readonly tensor: Tensor;
}

/**
 * Writes the very bytes that the format's package writes: tensors by descending dtype, then by name, so that all are aligned.
 * The unnamed value of a file of one keeps the empty name. Throws UNSUPPORTED: values that are no tensors, dtypes that the
 * format does not have, names that stand there twice.
 */
export async function saveTensors(file: TensorFile, sink: ByteSink, context: CallContext): Promise<void> {
  checkNames(file, sink.name);
  const entries = file.values
    .map(({ name, value }) => entryOf(name, value, sink.name))
    .sort((a, b) => b.rank - a.rank || compareCodePoints(a.name, b.name));
  const total = entries.reduce((sum, { bytes }) => sum + bytes, 0);
  context.signal.throwIfAborted();
  await sink.write(headerBytes(entries, file.metadata, sink.name));
  let done = 0;
  for (const { tensor } of entries) {
    for (const block of tensorBlocks(tensor, CHUNK_BYTES / bytesPerElement(tensor.dtype))) {
      context.signal.throwIfAborted();
      const bytes = bytesOfTensor(block);
      await sink.write(bytes);
      done += bytes.length;
      context.progress(done, total, "bytes");
    }
  }
}

function checkNames({ values, metadata }: TensorFile, file: string): void {
  const names = values.map(({ name }) => name);
  const keys = metadata.map(([key]) => key);
  const twice = firstTwice(names) ?? firstTwice(keys);
  if (twice !== undefined) throw refusal(quote(twice), file, "the name twice");
  const torn = [...names, ...metadata.flat()].find((text) => /\p{Cs}/u.test(text));
  if (torn !== undefined) throw refusal(quote(torn), file, "half of a surrogate pair, which is no UTF-8");
  if (names.includes("__metadata__")) {
    throw refusal('value "__metadata__"', file, "the name that the format has for its metadata");
  }
}

function firstTwice(texts: readonly string[]): string | undefined {
  const known = new Set<string>();
  return texts.find((text) => known.size === known.add(text).size);
}

function entryOf(name: string, value: Value, file: string): Entry {
  const what = name === "" ? "the value" : `value ${quote(name)}`;
  if (value.kind !== "tensor") throw refusal(what, file, `a ${value.kind}: the format has tensors alone`);
  const known = NAME_OF_DTYPE.get(value.dtype);
  if (known === undefined) throw refusal(what, file, `dtype ${value.dtype}, which the format does not have`);
  const bits = DTYPES[value.dtype].bits * elementCount(value.shape);
  if (bits % 8 !== 0) {
    throw refusal(what, file, `${value.dtype}[${value.shape.join(", ")}]: its elements do not fill the last byte`);
  }
  return { name, dtype: known.name, rank: known.rank, bytes: bits / 8, tensor: value };
}

/** The length, the JSON, and spaces up to a multiple of 8, where the data begin. */
function headerBytes(entries: readonly Entry[], metadata: TensorFile["metadata"], file: string): Uint8Array {
  const members = metadata.length === 0 ? [] : [`"__metadata__":{${metadata.map(pair).join(",")}}`];
  let end = 0;
  for (const { name, dtype, bytes, tensor } of entries) {
    const offsets = `${end},${(end += bytes)}`;
    const shape = tensor.shape.join(",");
    members.push(`${JSON.stringify(name)}:{"dtype":"${dtype}","shape":[${shape}],"data_offsets":[${offsets}]}`);
  }
  const json = new TextEncoder().encode(`{${members.join(",")}}`);
  const length = Math.ceil(json.length / 8) * 8;
  if (length > MAX_HEADER_BYTES) {
    throw refusal(`${entries.length} values`, file, `a header of ${length} bytes, more than ${MAX_HEADER_BYTES}`);
  }
  const out = new Uint8Array(8 + length).fill(0x20);
  new DataView(out.buffer).setBigUint64(0, BigInt(length), true);
  out.set(json, 8);
  return out;
}

const pair = ([key, value]: readonly [string, string]): string => `${JSON.stringify(key)}:${JSON.stringify(value)}`;

function refusal(what: string, file: string, found: string): HoduError {
  return new HoduError("UNSUPPORTED", `Cannot write ${what} to ${quote(file)}: found ${found}`, {
    hint: "write a .hdt file instead, which holds every value",
    where: { file },
  });
}
