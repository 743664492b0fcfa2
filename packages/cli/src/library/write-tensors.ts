import { type NamedValue, quote, type Tensor as StridedTensor, tensorOf, type Value } from "@hodu/core";
import { type ByteSink, bytesSink } from "hodu-plugin-sdk";
import { outputFormat } from "../convert/output-format.ts";
import { saveTensors } from "../convert/save-tensors.ts";
import { type CallOptions, contextOf } from "./call-options.ts";
import { load, refuse } from "./find-format.ts";
import type { Platform } from "./platform.ts";
import { type Refuse, refuseWith } from "./refuse.ts";
import { dtypeOfArray, isTypedArray, storageFrom, type TypedArray } from "./storage-from.ts";
import { isValue } from "./value-from.ts";

/** What can be written: a value, as runs and files give it, or a typed array, which says its dtype itself. */
export type Writable = Value | TypedArray;

export interface WriteTensorsOptions extends CallOptions {
  /** What the file shall say beside its values, where the format has a place for it. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

/** Writes values to a sink, in the format of that name, else of the extension of the sink's name. */
export async function writeTensorsTo(
  platform: Platform,
  values: Readonly<Record<string, Writable>>,
  sink: ByteSink,
  name: string | undefined,
  options: WriteTensorsOptions,
): Promise<void> {
  const named = Object.entries(values).map(([key, value]): NamedValue => ({ name: key, value: valueOf(key, value) }));
  const catalog = platform.catalog();
  const wanted =
    outputFormat(catalog, sink.name, name, "save_tensor") ??
    (name === undefined ? catalog.formatOfFile(sink.name, "save_tensor") : refuse(catalog, name, "save_tensor"));
  const { format } = await load(wanted);
  const file = { values: named, metadata: Object.entries(options.metadata ?? {}) };
  await saveTensors(format, { extension: "", ...wanted }, file, sink, contextOf(options));
}

/** Values as the bytes of a file. */
export async function encodeTensorsOn(
  platform: Platform,
  values: Readonly<Record<string, Writable>>,
  format: string,
  options: WriteTensorsOptions,
): Promise<Uint8Array> {
  const sink = bytesSink("tensors");
  await writeTensorsTo(platform, values, sink, format, options);
  return sink.bytes();
}

function valueOf(name: string, given: Writable): Value {
  if (isValue(given)) return given;
  const refuse = refuseWith(`write value ${quote(name)}`);
  const dtype = isTypedArray(given) ? dtypeOfArray(given) : undefined;
  if (dtype === undefined)
    return refuse("found what does not say its dtype, expected a tensor or a typed array", `tensor("f32", data)`);
  return tensorOfArray(given, dtype, refuse);
}

function tensorOfArray(
  array: TypedArray,
  dtype: NonNullable<ReturnType<typeof dtypeOfArray>>,
  refuse: Refuse,
): StridedTensor {
  return tensorOf(dtype, [array.length], storageFrom(dtype, array, refuse));
}
