import { typeName } from "../operators/check-node.ts";
import { denseData } from "../tensors/tensor.ts";
import type { Value } from "../tensors/values.ts";
import { wholeText } from "../tensors/whole-text.ts";
import { jsonOfStorage } from "./json-elements.ts";
import type { JsonTensorFile } from "./json-tensor.ts";

/** A value as JSON text, in the form that readJsonTensors reads: the same value to the last bit (NaN payloads apart). */
export function writeJsonValue(value: Value): string {
  return [...jsonOfValue(value)].join("");
}

/** The text of writeJsonValue in pieces, for values whose text no string holds. */
function* jsonOfValue(value: Value): Generator<string> {
  switch (value.kind) {
    case "tensor":
      yield `{"dtype":"${value.dtype}","shape":[${value.shape.join(",")}],"data":[`;
      yield* jsonOfStorage(value.dtype, denseData(value));
      yield "]}";
      return;
    case "sequence":
      yield '{"sequence":[';
      yield* separated(value.items.map(jsonOfValue));
      yield `],"element":"${typeName(value.element)}"}`;
      return;
    case "optional":
      yield '{"optional":';
      yield* value.value === undefined ? ["null"] : jsonOfValue(value.value);
      yield `,"element":"${typeName(value.element)}"}`;
      return;
    case "map":
      yield '{"map":[';
      yield* separated(value.keys.map((key, i) => jsonOfEntry(key, value.values[i])));
      yield `],"key":"${value.key}","element":"${typeName(value.element)}"}`;
  }
}

/**
 * A tensor file as JSON text, in pieces: one unnamed value without metadata as itself, else `{"metadata": ..., "tensors": ...}`.
 * Names and keys must differ from each other. Throws UNSUPPORTED for texts of half characters, which no reader of UTF-8 takes.
 */
export function* jsonOfTensorFile({ values, metadata }: JsonTensorFile): Generator<string> {
  if (values.length === 1 && values[0].name === "" && metadata.length === 0) {
    yield* jsonOfValue(values[0].value);
  } else {
    yield "{";
    if (metadata.length > 0) {
      yield `"metadata":{${metadata.map(([key, text]) => `${textOf(key)}:${textOf(text)}`).join(",")}},`;
    }
    yield '"tensors":{';
    yield* separated(values.map(({ name, value }) => jsonOfMember(name, value)));
    yield "}}";
  }
  yield "\n";
}

function* jsonOfMember(name: string, value: Value): Generator<string> {
  yield `${textOf(name)}:`;
  yield* jsonOfValue(value);
}

function* jsonOfEntry(key: number | bigint | string, value: Value): Generator<string> {
  yield `[${typeof key === "string" ? textOf(key) : String(key)},`;
  yield* jsonOfValue(value);
  yield "]";
}

const textOf = (text: string): string => JSON.stringify(wholeText(text));

function* separated(items: readonly Iterable<string>[]): Generator<string> {
  for (const [i, item] of items.entries()) {
    if (i > 0) yield ",";
    yield* item;
  }
}
