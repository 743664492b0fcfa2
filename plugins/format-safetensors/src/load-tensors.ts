import type { ByteSource, CallContext, LoadTensorsOptions, NamedValue, TensorFile } from "hodu-plugin-sdk";
import { tensorFromBytes } from "hodu-plugin-sdk";
import { checkLayout, type Placed } from "./check-layout.ts";
import { ENTRIES_PER_TURN, READ_TOGETHER_BYTES } from "./limits.ts";
import { nextTurn } from "./next-turn.ts";
import { readHeader } from "./read-header.ts";

/**
 * Reads a safetensors file: its tensors in the order of their data, as views of what the source gives. Copied are only those
 * of 4 and 6 bits, which are unpacked, those that lie where their dtype cannot be viewed (files of old writers), and bools
 * that are neither 0 nor 1. The format: https://github.com/huggingface/safetensors#format
 */
export async function loadTensors(
  source: ByteSource,
  _options: LoadTensorsOptions,
  context: CallContext,
): Promise<TensorFile> {
  const header = await readHeader(source, context);
  const placed = checkLayout(header, source.name, source.size);
  const values: NamedValue[] = [];
  for (let first = 0; first < placed.length; ) {
    const run = runFrom(placed, first);
    await readRun(source, run, values, context);
    first += run.length;
  }
  return { values, metadata: [...header.metadata] };
}

/** The tensors from `first` on that are read together. */
function runFrom(placed: readonly Placed[], first: number): readonly Placed[] {
  const { offset } = placed[first];
  const most = Math.min(placed.length, first + ENTRIES_PER_TURN);
  let end = first + 1;
  while (end < most && placed[end].offset + placed[end].length - offset <= READ_TOGETHER_BYTES) end++;
  return placed.slice(first, end);
}

async function readRun(
  source: ByteSource,
  run: readonly Placed[],
  values: NamedValue[],
  { signal }: CallContext,
): Promise<void> {
  const start = run[0].offset;
  const last = run[run.length - 1];
  const bytes = await source.read(start, last.offset + last.length - start);
  signal.throwIfAborted();
  for (const { name, dtype, shape, offset, length } of run) {
    const own = bytes.subarray(offset - start, offset - start + length);
    const valid = dtype === "bool" ? await booleans(own, signal) : own;
    values.push({ name, value: tensorFromBytes(dtype, shape, valid) });
  }
  if (run.length === ENTRIES_PER_TURN) await nextTurn(signal);
}

/** Bytes of bools: those given, or a copy in which each is 0 or 1. */
async function booleans(bytes: Uint8Array, signal: AbortSignal): Promise<Uint8Array> {
  const step = READ_TOGETHER_BYTES;
  for (let start = 0; start < bytes.length; start += step) {
    if (bytes.subarray(start, start + step).some((byte) => byte > 1)) return bytes.map((byte) => Math.min(byte, 1));
    if (start > 0) await nextTurn(signal);
  }
  return bytes;
}
