import { type DType, HoduError, quote, type Value } from "@hodu/core";
import { readAs } from "../plugins/resolve-format.ts";
import { type CallOptions, contextOf } from "./call-options.ts";
import { readingFormat } from "./find-format.ts";
import type { Outputs } from "./model.ts";
import { plainValue } from "./plain-value.ts";
import type { Platform } from "./platform.ts";
import { type Place, sourceOf } from "./source-of.ts";

/** What a tensor file holds. */
export interface Tensors<Given extends Outputs> {
  /** By name; a value that the file does not name has the name "". */
  readonly values: Given;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface ReadTensorsOptions extends CallOptions {
  /** By short name (`npy`) or extension; default: by the file's extension, for bytes by what they begin with. */
  readonly format?: string | undefined;
  /** What to read values as where the file does not say their dtype, as JSON may. */
  readonly dtypes?: Readonly<Record<string, DType>> | undefined;
}

/** Reads a tensor file, on a platform. */
export async function readTensorsOn<Given extends Outputs>(
  platform: Platform,
  from: Place,
  options: ReadTensorsOptions,
): Promise<Tensors<Given>> {
  const isPath = typeof from === "string" || from instanceof URL;
  const source = await sourceOf(from, options, platform);
  const { format } = await readingFormat(platform.catalog(), source, "load_tensor", options.format, isPath);
  const dtypes = Object.entries(options.dtypes ?? {});
  const read = () => format.loadTensors!(source, { dtypes }, contextOf(options));
  const { values, metadata } = await readAs(source, "load_tensor", read);
  const plain = Object.fromEntries(values.map(({ name, value }) => [name, plainValue(value)]));
  return { values: plain as Given, metadata: Object.fromEntries(metadata) };
}

export interface ReadTensorOptions extends Omit<ReadTensorsOptions, "dtypes"> {
  /** Of the value to take; default: the only one. */
  readonly name?: string | undefined;
  /** What to read it as where the file does not say its dtype. */
  readonly dtype?: DType | undefined;
}

/** Reads one value of a tensor file, on a platform. Throws BAD_TENSOR_FILE when it is not there. */
export async function readTensorOn<Given extends Value>(
  platform: Platform,
  from: Place,
  { name, dtype, ...options }: ReadTensorOptions,
): Promise<Given> {
  const dtypes = dtype === undefined ? {} : { [name ?? ""]: dtype };
  const { values } = await readTensorsOn<Outputs>(platform, from, { ...options, dtypes });
  return pickValue(values, name) as Given;
}

function pickValue(values: Outputs, name: string | undefined): Value {
  const entries = Object.entries(values);
  const found = name === undefined ? entries : entries.filter(([key]) => key === name);
  if (found.length === 1) return found[0][1];
  const names = entries.map(([key]) => quote(key)).join(", ") || "no values";
  const wanted = name === undefined ? "a value" : `value ${quote(name)}`;
  throw new HoduError(
    "BAD_TENSOR_FILE",
    `Cannot take ${wanted} from the file: found ${names}, expected ${name === undefined ? "one, or a name to take" : "that name"}`,
    { hint: 'const { values } = await readTensors("file")' },
  );
}
