import { elementCount, graphsIn, type NamedValue, packedBytes } from "@hodu/core";
import { loadWeights, type OperatorOffer, readModel } from "@hodu/engine";
import type { ByteSource, CallContext, EventSink, Model, TensorFile } from "hodu-plugin-sdk";
import type { AnyFormat } from "../plugins/any-format.ts";
import { readAs } from "../plugins/resolve-format.ts";

/** What a file holds. */
export type FileContent =
  | { readonly kind: "model"; readonly model: Model }
  | { readonly kind: "tensors"; readonly file: TensorFile };

/** Reads a file with the format that was found for it. Throws what the format throws; INVALID_GRAPH. */
export async function readAny(
  source: ByteSource,
  found: AnyFormat,
  context: CallContext,
  events: EventSink,
  operators: readonly OperatorOffer[],
): Promise<FileContent> {
  const format = (await found.plugin.load()).formats![found.component.name];
  if (found.kind === "model") {
    const read = () => readModel(source, { format, context, operators }, events);
    return { kind: "model", model: await readAs(source, "load_model", read) };
  }
  const file = await readAs(source, "load_tensor", () => format.loadTensors!(source, {}, context));
  return { kind: "tensors", file };
}

/**
 * The weights of a model as a tensor file, with its metadata; a name that subgraphs use again gets a number.
 * Throws MEMORY_LIMIT where more than `maxMemory` bytes of them cannot be views of the file.
 */
export async function weightsOf(
  { snapshot, source }: Model,
  maxMemory: number,
  context: CallContext,
): Promise<FileContent> {
  const { tensors } = await loadWeights(snapshot, source, maxMemory, context);
  const values: NamedValue[] = [];
  const taken = new Set<string>();
  for (const graph of graphsIn(snapshot.graph)) {
    for (const [name, value] of tensors.get(graph) ?? []) values.push({ name: freeName(name, taken), value });
  }
  return { kind: "tensors", file: { values, metadata: snapshot.metadata } };
}

function freeName(name: string, taken: Set<string>): string {
  let free = name;
  for (let i = 2; taken.has(free); i++) free = `${name}_${i}`;
  taken.add(free);
  return free;
}

/** Bytes that the elements of all tensors take in a file that packs them; of other values nothing. */
export function tensorBytes(values: readonly NamedValue[]): number {
  return values.reduce((total, { value }) => {
    const isCounted = value.kind === "tensor" && value.dtype !== "string";
    return total + (isCounted ? packedBytes(value.dtype, elementCount(value.shape)) : 0);
  }, 0);
}
