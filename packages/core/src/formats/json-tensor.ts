import { type DType, DTYPE_NAMES, isInteger, lanesOf } from "../dtypes/dtypes.ts";
import { HoduError } from "../errors/hodu-error.ts";
import { quote } from "../errors/quote.ts";
import { typeName } from "../operators/check-node.ts";
import { elementCount, type Tensor, tensorOf } from "../tensors/tensor.ts";
import { tensorType, typeOfValue, type Value, type ValueType } from "../tensors/values.ts";
import { dtypeOfName, typeOfName } from "./json-dtypes.ts";
import { showJson, storageOfJson } from "./json-elements.ts";
import { type Json, JsonError, type JsonObject, readJson } from "./json-reader.ts";
import { MAX_JSON_BYTES } from "./limits.ts";

export interface ReadJsonOptions {
  /** The file's name, for messages. */
  readonly file: string;
  /** The dtype of the tensor of that name ("": the only one) where the file does not say it. */
  readonly dtypeOf?: (name: string) => DType | undefined;
}

/** A value and its name; "" where the file gives none. */
export interface NamedJsonValue {
  readonly name: string;
  readonly value: Value;
}

/** What a tensor file in JSON holds. */
export interface JsonTensorFile {
  readonly values: readonly NamedJsonValue[];
  readonly metadata: readonly (readonly [key: string, value: string])[];
}

/** The values of readJsonTensorFile. */
export function readJsonTensors(bytes: Uint8Array, options: ReadJsonOptions): readonly NamedJsonValue[] {
  return readJsonTensorFile(bytes, options).values;
}

/**
 * Reads tensors as JSON: `{"dtype": "f32", "shape": [2, 2], "data": [1, 2, 3, 4]}` with `data` flat or nested (then `shape` may be left out),
 * or several of them as `{"tensors": {"<name>": ...}}`, with `"metadata": {"<key>": "<text>"}` beside. Integers are exact; NaN and infinities are strings. Throws BAD_TENSOR_FILE.
 */
export function readJsonTensorFile(bytes: Uint8Array, options: ReadJsonOptions): JsonTensorFile {
  const fail: Fail = (field, message, position) => {
    const at = position === undefined ? "" : placeOf(text, position);
    const path = field === "" ? "" : `${field}: `;
    throw new HoduError("BAD_TENSOR_FILE", `Cannot read tensor file ${quote(options.file)}: ${at}${path}${message}`, {
      where: {
        file: options.file,
        ...(field === "" ? {} : { field }),
        ...(position === undefined ? {} : { offset: new TextEncoder().encode(text.slice(0, position)).length }),
      },
    });
  };
  let text = "";
  if (bytes.length > MAX_JSON_BYTES) {
    fail(
      "",
      `found ${bytes.length} bytes, expected at most ${MAX_JSON_BYTES}; .hdt, .npy and .safetensors have no such limit`,
    );
  }
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    fail("", "found bytes that are not UTF-8, expected JSON");
  }
  let json: Json = null;
  try {
    json = readJson(text);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    fail("", error.message, error.position);
  }
  return new TensorReader(fail, options.dtypeOf ?? (() => undefined)).file(json);
}

type Fail = (field: string, message: string, position?: number) => never;

function placeOf(text: string, position: number): string {
  let line = 1;
  let start = 0;
  for (let at = text.indexOf("\n"); at >= 0 && at < position; at = text.indexOf("\n", start)) {
    line++;
    start = at + 1;
  }
  return `line ${line}, column ${position - start + 1}: `;
}

/** Keys that make an object a value rather than a list of named ones. */
const VALUE_KEYS = ["dtype", "data", "sequence", "optional", "map"];

const isObject = (json: Json | undefined): json is JsonObject => json instanceof Map;
const isArray = (json: Json | undefined): json is readonly Json[] => Array.isArray(json);

class TensorReader {
  readonly #fail: Fail;
  readonly #dtypeOf: (name: string) => DType | undefined;

  constructor(fail: Fail, dtypeOf: (name: string) => DType | undefined) {
    this.#fail = fail;
    this.#dtypeOf = dtypeOf;
  }

  file(json: Json): JsonTensorFile {
    const metadata = isObject(json) && isObject(json.get("tensors")) ? this.#metadata(json.get("metadata")) : [];
    return { values: this.#values(json), metadata };
  }

  #values(json: Json): NamedJsonValue[] {
    if (!isObject(json)) return [{ name: "", value: this.#value(json, "", "") }];
    for (const key of ["tensors", "outputs"]) {
      const named = json.get(key);
      if (isObject(named)) return this.#named(named, `${key}.`);
    }
    const isNamed = !VALUE_KEYS.some((key) => json.has(key)) && [...json.values()].every(isObject);
    if (isNamed) return this.#named(json, "");
    const name = json.get("name");
    return [{ name: typeof name === "string" ? name : "", value: this.#value(json, "", "") }];
  }

  #metadata(json: Json | undefined): JsonTensorFile["metadata"] {
    if (json === undefined) return [];
    if (!isObject(json)) return this.#fail("metadata", `found ${showJson(json)}, expected {"<key>": "<text>"}`);
    return [...json].map(([key, value]) => {
      if (typeof value === "string") return [key, value];
      return this.#fail(`metadata.${keyOf(key)}`, `found ${showJson(value)}, expected text in quotes`);
    });
  }

  #named(members: JsonObject, path: string): NamedJsonValue[] {
    return [...members].map(([name, json]) => ({ name, value: this.#value(json, `${path}${keyOf(name)}`, name) }));
  }

  #value(json: Json, path: string, name: string): Value {
    if (!isObject(json)) return this.#tensor(new Map([["data", json]]), path, name);
    const items = json.get("sequence");
    if (isArray(items)) return this.#sequence(items, json, path);
    const entries = json.get("map");
    if (isArray(entries)) return this.#map(entries, json, path);
    if (json.has("optional")) return this.#optional(json.get("optional")!, json, path);
    return this.#tensor(json, path, name);
  }

  #tensor(json: JsonObject, path: string, name: string): Tensor {
    const dtype = this.#dtype(json.get("dtype"), join(path, "dtype")) ?? this.#dtypeOf(name);
    if (dtype === undefined) {
      return this.#fail(path, 'there is no "dtype", expected {"dtype": "f32", "shape": [2], "data": [1, 2]}');
    }
    const data = json.get("data");
    if (data === undefined) return this.#fail(path, 'there is no "data", expected an array');
    const lanes = lanesOf(dtype);
    const stated = this.#shape(json.get("shape"), join(path, "shape"));
    const { elements, shape } = this.#flatten(data, join(path, "data"), dtype);
    const actual = lanes === 2 ? this.#dropLanes(shape, stated, join(path, "data")) : shape;
    if (stated !== undefined) this.#checkShape(stated, actual, elements.length / lanes, join(path, "data"));
    const storage = storageOfJson(dtype, elements, (i, message) =>
      this.#fail(`${join(path, "data")}${indexIn(shape, i)}`, message),
    );
    return tensorOf(dtype, stated ?? actual, storage);
  }

  #dtype(json: Json | undefined, path: string): DType | undefined {
    if (json === undefined) return undefined;
    const dtype = typeof json === "string" ? dtypeOfName(json) : undefined;
    return dtype ?? this.#fail(path, `found ${showJson(json)}, expected one of ${DTYPE_NAMES.join(", ")}`);
  }

  #shape(json: Json | undefined, path: string): number[] | undefined {
    if (json === undefined) return undefined;
    if (!isArray(json)) return this.#fail(path, "expected an array of sizes");
    const shape = json.map((dim, i) =>
      typeof dim === "number" && Number.isSafeInteger(dim) && dim >= 0
        ? dim
        : this.#fail(`${path}[${i}]`, `found ${showJson(dim)}, expected a size of 0 or more`),
    );
    try {
      elementCount(shape);
    } catch {
      this.#fail(path, "it has more than 2^53 elements");
    }
    return shape;
  }

  /** The elements of nested arrays in row-major order, and the shape that they have. */
  #flatten(data: Json, path: string, dtype: DType): { readonly elements: Json[]; readonly shape: readonly number[] } {
    const shape: number[] = [];
    for (let inner = data; isArray(inner); inner = inner[0] ?? null) {
      shape.push(inner.length);
      if (inner.length === 0) break;
    }
    const elements: Json[] = [];
    const walk = (json: Json, axis: number, index: readonly number[]): void => {
      const place = (): string => path + index.map((i) => `[${i}]`).join("");
      if (axis === shape.length) {
        if (isArray(json)) this.#fail(place(), `found an array, expected ${dtype} as before`);
        elements.push(json);
        return;
      }
      if (!isArray(json)) return this.#fail(place(), `found a value, expected an array of ${shape[axis]} as before`);
      if (json.length !== shape[axis]) {
        this.#fail(place(), `found a row of ${json.length}, expected ${shape[axis]} as before`);
      }
      if (axis === shape.length - 1 && !json.some(isArray)) {
        for (const element of json) elements.push(element);
        return;
      }
      json.forEach((item, i) => walk(item, axis + 1, [...index, i]));
    };
    walk(data, 0, []);
    return { elements, shape };
  }

  /** Complex: the innermost axis is [real, imaginary], or a flat list has both in turn. */
  #dropLanes(shape: readonly number[], stated: readonly number[] | undefined, path: string): readonly number[] {
    const last = shape.at(-1);
    if (shape.length === 1 && last !== undefined && last % 2 === 0 && (stated !== undefined || last > 2))
      return [last / 2];
    if (last === 2) return shape.slice(0, -1);
    return this.#fail(path, "expected a real and an imaginary part for each element, such as [[1, 0], [0, 1]]");
  }

  #checkShape(stated: readonly number[], actual: readonly number[], count: number, path: string): void {
    const wanted = elementCount(stated);
    if (count !== wanted) {
      this.#fail(path, `found ${count} elements, expected ${wanted} for shape [${stated.join(", ")}]`);
    }
    const isFlat = actual.length <= 1;
    if (!isFlat && (actual.length !== stated.length || actual.some((dim, i) => dim !== stated[i]))) {
      this.#fail(path, `found shape [${actual.join(", ")}], expected [${stated.join(", ")}]`);
    }
  }

  #sequence(items: readonly Json[], json: JsonObject, path: string): Value {
    const values = items.map((item, i) => this.#value(item, `${join(path, "sequence")}[${i}]`, ""));
    return { kind: "sequence", element: this.#element(json, values, path), items: values };
  }

  #optional(inner: Json, json: JsonObject, path: string): Value {
    if (inner === null) return { kind: "optional", element: this.#element(json, [], path) };
    const value = this.#value(inner, join(path, "optional"), "");
    return { kind: "optional", element: this.#element(json, [value], path), value };
  }

  #map(entries: readonly Json[], json: JsonObject, path: string): Value {
    const field = join(path, "map");
    const key =
      this.#dtype(json.get("key"), join(path, "key")) ?? this.#fail(path, 'there is no "key", expected its dtype');
    if (key !== "string" && !isInteger(key))
      this.#fail(join(path, "key"), `found ${key}, expected an integer dtype or string`);
    const pairs = entries.map((entry, i) =>
      isArray(entry) && entry.length === 2 ? entry : this.#fail(`${field}[${i}]`, "expected [key, value]"),
    );
    const keys = storageOfJson(
      key,
      pairs.map(([name]) => name),
      (i, message) => this.#fail(`${field}[${i}][0]`, message),
    );
    if (new Set<unknown>(keys).size !== keys.length) this.#fail(field, "a key stands there twice");
    const values = pairs.map(([, value], i) => this.#value(value, `${field}[${i}][1]`, ""));
    return { kind: "map", key, element: this.#element(json, values, path), keys: [...keys], values };
  }

  /** The type of what a sequence, optional or map holds: as stated, else that of the values. */
  #element(json: JsonObject, values: readonly Value[], path: string): ValueType {
    const stated = json.get("element");
    const type =
      stated === undefined ? elementTypeOf(values) : typeof stated === "string" ? typeOfName(stated) : undefined;
    if (type === undefined) {
      return this.#fail(
        join(path, "element"),
        stated === undefined
          ? 'it is empty and has no "element", expected the type of what it holds, such as "f32"'
          : `found ${showJson(stated)}, expected a type such as "f32" or "seq(f32)"`,
      );
    }
    for (const value of values) {
      if (typeName(typeOfValue(value)) === typeName(type)) continue;
      this.#fail(path, `found ${typeName(typeOfValue(value))}, expected ${typeName(type)} as the others`);
    }
    return type;
  }
}

function elementTypeOf(values: readonly Value[]): ValueType | undefined {
  if (values.length === 0) return undefined;
  const type = typeOfValue(values[0]);
  return type.kind === "tensor" ? tensorType(type.dtype) : type;
}

const join = (path: string, key: string): string => (path === "" ? key : `${path}.${key}`);

/** A key of a file in the path of a field: in quotes unless it is a plain word. */
const keyOf = (key: string): string => (/^[\w.+:/-]{1,200}$/.test(key) ? key : quote(key));

/** `[1][0]` for the i-th element of nested arrays. */
function indexIn(shape: readonly number[], i: number): string {
  const index: number[] = [];
  let rest = i;
  for (const dim of shape.toReversed()) {
    index.unshift(rest % dim);
    rest = Math.floor(rest / dim);
  }
  return index.map((step) => `[${step}]`).join("");
}
