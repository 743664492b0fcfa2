import {
  type ByteSink,
  type CallContext,
  compareValues,
  EXACT,
  HoduError,
  type NamedValue,
  quote,
  type TensorFile,
  typeName,
  typeOfValue,
  type Value,
} from "hodu-plugin-sdk";
import { MAX_MESSAGE_BYTES, MAX_MESSAGE_DEPTH } from "../limits.ts";
import { readValue } from "../load-tensors.ts";
import { SourceFile } from "../source-file.ts";
import { encodeValue } from "./encode-value.ts";
import type { Message } from "./message.ts";

/**
 * Writes a .pb file of one value: a tensor, a sequence or a map. Throws UNSUPPORTED for more or fewer values, and for those that the
 * standard has no bytes for of their own: a reader takes an optional for a sequence, and an empty sequence does not say its type.
 */
export async function saveTensors(file: TensorFile, sink: ByteSink, context: CallContext): Promise<void> {
  const [only, ...more] = file.values;
  if (only === undefined || more.length > 0) {
    throw refusal(sink, `${file.values.length} values`, "one", "hodu convert -f npz");
  }
  if (file.metadata.length > 0) context.log("warn", `${sink.name} has no place for metadata: it is left out`);
  const message = encodeValue(only);
  if (message.length > MAX_MESSAGE_BYTES || message.depth > MAX_MESSAGE_DEPTH) {
    throw refusal(sink, `${message.length} bytes nested ${message.depth} deep`, LARGEST, "hodu convert -f hdt");
  }
  if (only.value.kind !== "tensor") checkReading(only, message, sink);
  for (const piece of message.pieces) {
    context.signal.throwIfAborted();
    await sink.write(piece as Uint8Array);
  }
}

const LARGEST = `at most ${MAX_MESSAGE_BYTES} bytes and ${MAX_MESSAGE_DEPTH} levels in a protobuf message`;

/** A .pb file does not say what it holds: what is not read as it was must not be written. */
function checkReading({ name, value }: NamedValue, message: Message, sink: ByteSink): void {
  // no bytes at all are no file of a value
  const read = message.length === 0 ? undefined : attempt(() => readAgain(message, sink));
  const isSame =
    read?.name === name &&
    typesIn(read.value) === typesIn(value) &&
    compareValues(read.value, value, EXACT) === undefined;
  if (isSame) return;
  const found = `${quote(name)}, a value of type ${typeName(typeOfValue(value))}, which would be read as another`;
  throw refusal(sink, found, "a value whose type its bytes tell", "hodu convert -f hdt");
}

const readAgain = (message: Message, sink: ByteSink): NamedValue =>
  readValue(joined(message), new SourceFile(sink.name, "BAD_TENSOR_FILE"));

/** The type of a value and those of all values in it: an empty sequence inside another says its type no more than one alone. */
function typesIn(value: Value): string {
  return `${typeName(typeOfValue(value))}(${itemsOf(value).map(typesIn).join(",")})`;
}

function itemsOf(value: Value): readonly Value[] {
  if (value.kind === "sequence") return value.items;
  if (value.kind === "map") return value.values;
  return value.kind === "optional" && value.value !== undefined ? [value.value] : [];
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof HoduError) return undefined;
    throw error;
  }
}

function joined({ pieces, length }: Message): Uint8Array {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece as Uint8Array, at);
    at += piece.length;
  }
  return bytes;
}

function refusal({ name }: ByteSink, found: string, expected: string, hint: string): HoduError {
  return new HoduError("UNSUPPORTED", `Cannot save ${quote(name)}: found ${found}, expected ${expected}`, {
    hint,
    where: { file: name },
  });
}
