import { readJsonTensorFile } from "@hodu/core";
import { type ByteSource, type CallContext, type LoadTensorsOptions, pacer, type TensorFile } from "hodu-plugin-sdk";

/** Reads tensors as JSON; where the file does not say a dtype, `options.dtypes` does. Throws BAD_TENSOR_FILE, ABORTED. */
export async function loadJson(
  source: ByteSource,
  { dtypes = [] }: LoadTensorsOptions,
  { signal }: CallContext,
): Promise<TensorFile> {
  const pace = pacer(signal, "read the file");
  const bytes = await source.read(0, source.size);
  await pace();
  const known = new Map(dtypes);
  return readJsonTensorFile(bytes, { file: source.name, dtypeOf: (name) => known.get(name) });
}
