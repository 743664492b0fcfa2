import {
  type ByteSink,
  type CallContext,
  downgradeModel,
  graphsIn,
  HoduError,
  type Model,
  quote,
  type SaveModelOptions,
  tensorFromBytes,
  type VersionedModel,
  type Weight,
} from "hodu-plugin-sdk";
import { MAX_MESSAGE_BYTES, MAX_MESSAGE_DEPTH } from "../limits.ts";
import { encodeModel } from "./encode-model.ts";
import type { EncodeWeight } from "./encode-graph.ts";
import { encodeExternal, encodeNumbers, encodeStrings } from "./encode-tensor.ts";
import { isGap } from "./kernel-gaps.ts";
import type { Message } from "./message.ts";
import { PieceWriter, SaveProgress } from "./piece-writer.ts";
import { type ExternalPlaces, extentOf, placeWeights } from "./weight-places.ts";
import { WeightReader } from "./weight-reader.ts";

/**
 * Writes an .onnx file in the lowest opset that holds the model, or the one asked for. Weights that are large together, or when asked for,
 * go to `<name>.data` beside it. Throws UNSUPPORTED for what the standard, the opset or a protobuf message cannot hold.
 */
export async function saveModel(
  model: Model,
  sink: ByteSink,
  options: SaveModelOptions,
  context: CallContext,
): Promise<void> {
  const versioned = downgradeModel(model.snapshot, { opset: options.opset, avoids: isGap });
  context.signal.throwIfAborted();
  const reader = new WeightReader({ ...model, snapshot: versioned });
  const places = placeWeights(versioned.graph, options.externalWeights);
  const location = `${sink.name.replace(/^.*[/\\]/, "")}.data`;
  const strings = await readStrings(versioned, reader, sink.name);
  const metadata = metadataOnce(versioned, sink.name, context);
  const message = encodeModel({ ...versioned, metadata }, weightEncoder(places, location, strings));
  checkMessage(message, sink.name);
  const progress = new SaveProgress(context, message.length + externalBytes(places));
  if (places.weights.length > 0) await writeExternal(places, await sink.sibling(location), reader, progress);
  const writer = new PieceWriter(sink, reader, progress);
  for (const piece of message.pieces) await writer.write(piece);
  await writer.finish();
}

/** The metadata with each key once, as the standard wants it: with the last text, which is what readers take. */
function metadataOnce({ metadata }: VersionedModel, name: string, context: CallContext): VersionedModel["metadata"] {
  const once = [...new Map(metadata)];
  const left = metadata.length - once.length;
  if (left > 0)
    context.log("warn", `${name} holds a metadata key once: the last text of each stays (left out: ${left})`);
  return once;
}

type Strings = ReadonlyMap<Weight, Uint8Array>;

/** The bytes of weights of strings, which are written in another form. Throws BAD_TENSOR_FILE for those that are no strings. */
async function readStrings({ graph }: VersionedModel, reader: WeightReader, name: string): Promise<Strings> {
  const strings = new Map<Weight, Uint8Array>();
  let length = 0;
  for (const weight of [...graphsIn(graph)].flatMap(({ weights }) => weights)) {
    if (weight.dtype !== "string") continue;
    length += weight.length;
    checkMessage({ length, depth: 1 }, name);
    const bytes = await reader.read(weight);
    try {
      tensorFromBytes("string", weight.shape, bytes);
    } catch (error) {
      throw error instanceof HoduError ? error.at({ field: `weight ${quote(weight.name)}` }) : error;
    }
    strings.set(weight, bytes);
  }
  return strings;
}

function weightEncoder({ offsets }: ExternalPlaces, location: string, strings: Strings): EncodeWeight {
  return (weight, name) => {
    const head = { name, dtype: weight.dtype, shape: weight.shape };
    const texts = strings.get(weight);
    if (texts !== undefined) return encodeStrings(head, texts);
    const offset = offsets.get(extentOf(weight));
    return offset === undefined ? encodeNumbers(head, weight) : encodeExternal(head, location, offset, weight.length);
  };
}

function checkMessage({ length, depth }: Pick<Message, "length" | "depth">, name: string): void {
  const bad = (found: string, expected: string, hint: string) =>
    new HoduError("UNSUPPORTED", `Cannot save ${quote(name)}: found ${found}, expected ${expected}`, {
      hint,
      where: { file: name },
    });
  if (length > MAX_MESSAGE_BYTES) {
    throw bad(
      `a model of ${length} bytes`,
      `at most ${MAX_MESSAGE_BYTES} in a protobuf message, which external weights are not part of`,
      "hodu convert --external-weights",
    );
  }
  if (depth > MAX_MESSAGE_DEPTH) {
    throw bad(
      `messages nested ${depth} deep`,
      `at most ${MAX_MESSAGE_DEPTH}, which is what readers of protobuf allow`,
      "hodu inspect --verbose",
    );
  }
}

function externalBytes({ weights, offsets }: ExternalPlaces): number {
  const last = weights.at(-1);
  return last === undefined ? 0 : offsets.get(extentOf(last))! + last.length;
}

async function writeExternal(
  { weights, offsets }: ExternalPlaces,
  sink: ByteSink,
  reader: WeightReader,
  progress: SaveProgress,
): Promise<void> {
  const writer = new PieceWriter(sink, reader, progress);
  for (const weight of weights) {
    await writer.padTo(offsets.get(extentOf(weight))!);
    await writer.write(weight);
  }
  await writer.finish();
}
