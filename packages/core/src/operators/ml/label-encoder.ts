import type { DType } from "../../dtypes/dtypes.ts";
import type { KernelContext } from "../../kernels/context.ts";
import { attributeOf, type NamedAttribute, type Node } from "../../snapshot/types.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { tensorType } from "../../tensors/values.ts";
import { type AttributeValues, float, floats, int64, int64s, string, strings, tensor } from "../attributes.ts";
import { intAttribute, intsAttribute, stringAttribute, withAttributes, withoutAttributes } from "../edit-node.ts";
import { defineOperator, required, type RewriteContext } from "../operator.ts";
import { TEXT_AND_NUMBERS_MLB, types } from "../type-sets.ts";
import { type Element, elementsOf } from "./element-io.ts";
import { mapElements } from "./element-map.ts";

const DEFAULTS = {
  default_float: float({ default: -0 }),
  default_int64: int64({ default: -1n }),
  default_string: string({ default: "_Unused" }),
};
const LISTS = {
  keys_floats: floats(),
  keys_int64s: int64s(),
  keys_strings: strings(),
  values_floats: floats(),
  values_int64s: int64s(),
  values_strings: strings(),
};
const ATTRIBUTES = {
  ...DEFAULTS,
  default_tensor: tensor(),
  ...LISTS,
  keys_tensor: tensor(),
  values_tensor: tensor(),
};

type Attributes = AttributeValues<typeof ATTRIBUTES>;

interface Failing {
  fail(rule: string): never;
}

/**
 * Each element of X as the value at its place in a list of keys (the last of equal ones; NaN equals NaN), or the
 * default. ONNX LabelEncoder.
 */
export const labelEncoder = defineOperator({
  name: "LabelEncoder",
  domain: "ai.onnx.ml",
  versions: [
    { since: 4 },
    {
      since: 2,
      types: { T1: types("i64 f32 string"), T2: types("i64 f32 string") },
      attributes: { ...DEFAULTS, ...LISTS },
      changed: "attributes keys_tensor, values_tensor, default_tensor",
      downgrade: (node) => (node.attributes.some(({ value }) => value.kind === "tensor") ? undefined : node),
    },
    {
      since: 1,
      types: { T1: types("i64 string"), T2: types("i64 string") },
      attributes: {
        classes_strings: strings(),
        default_int64: int64({ default: -1n }),
        default_string: string({ default: "_Unused" }),
      },
      changed: "attribute classes_strings became keys and values",
      upgrade: fromClasses,
      downgrade: toClasses,
    },
  ],
  inputs: [required("X", "T1")],
  outputs: [required("Y", "T2")],
  types: { T1: TEXT_AND_NUMBERS_MLB, T2: TEXT_AND_NUMBERS_MLB },
  attributes: ATTRIBUTES,
  infer(context) {
    const table = tableOf(context.attributes, context);
    const dtype = context.dtype(0);
    if (dtype !== undefined) checkKeys(table, dtype, context);
    return [tensorType(table.values.dtype, context.shape(0))];
  },
  reference([x], attributes, context: KernelContext) {
    const table = tableOf(attributes, context);
    checkKeys(table, (x as Tensor).dtype, context);
    const map = new Map<Element, Element>();
    table.keys.elements.forEach((key, i) => map.set(key, table.values.elements[i]));
    return mapElements(x as Tensor, map, table.fallback, table.values.dtype, context);
  },
  accuracy: "exact",
  samples: () => [
    {
      attributes: { keys_strings: ["Amy", "Sally"], values_int64s: [5, 6], default_int64: -1 },
      inputs: [tensorFrom("string", [5], ["Dori", "Amy", "Amy", "Sally", "Sally"])],
      outputs: [tensorFrom("i64", [5], [-1, 5, 5, 6, 6])],
    },
    {
      attributes: { keys_floats: [1.5, Number.NaN, 1.5], values_strings: ["a", "nan", "b"] },
      inputs: [tensorFrom("f32", [1, 3], [1.5, Number.NaN, 2])],
      outputs: [tensorFrom("string", [1, 3], ["b", "nan", "_Unused"])],
    },
    {
      attributes: {
        keys_tensor: tensorFrom("i32", [2], [1, 2]),
        values_tensor: tensorFrom("i16", [2], [10, 20]),
        default_tensor: tensorFrom("i16", [1], [7]),
      },
      inputs: [tensorFrom("i32", [3], [2, 3, 1])],
      outputs: [tensorFrom("i16", [3], [20, 7, 10])],
    },
  ],
  errors: () => [
    {
      attributes: { keys_strings: ["a"], values_int64s: [1, 2] },
      inputs: [tensorFrom("string", [1], ["a"])],
      message: /1 keys and 2 values must be as many/,
    },
    {
      attributes: { keys_int64s: [1], values_int64s: [2] },
      inputs: [tensorFrom("string", [1], ["a"])],
      message: /keys of i64 must have the dtype of X \(string\)/,
    },
    {
      attributes: { keys_int64s: [1] },
      inputs: [tensorFrom("i64", [1], [1])],
      message: /one of the values attributes/,
    },
  ],
});

interface ElementList {
  readonly dtype: DType;
  readonly elements: readonly Element[];
}

interface LabelTable {
  readonly keys: ElementList;
  readonly values: ElementList;
  readonly fallback: Element;
}

function tableOf(attributes: Attributes, context: Failing): LabelTable {
  const { keys_floats, keys_int64s, keys_strings, keys_tensor } = attributes;
  const { values_floats, values_int64s, values_strings, values_tensor } = attributes;
  const keys = onlyList("keys", keys_floats, keys_int64s, keys_strings, keys_tensor, context);
  const values = onlyList("values", values_floats, values_int64s, values_strings, values_tensor, context);
  if (keys.elements.length !== values.elements.length) {
    context.fail(`${keys.elements.length} keys and ${values.elements.length} values must be as many`);
  }
  return { keys, values, fallback: fallbackOf(attributes, values.dtype, context) };
}

function onlyList(
  name: string,
  floatList: readonly number[] | undefined,
  integerList: readonly bigint[] | undefined,
  textList: readonly string[] | undefined,
  list: Tensor | undefined,
  context: Failing,
): ElementList {
  const found: ElementList[] = [];
  if (floatList !== undefined) found.push({ dtype: "f32", elements: floatList });
  if (integerList !== undefined) found.push({ dtype: "i64", elements: integerList });
  if (textList !== undefined) found.push({ dtype: "string", elements: textList });
  if (list !== undefined) found.push({ dtype: list.dtype, elements: Array.from(elementsOf(list)) });
  if (found.length !== 1) context.fail(`one of the ${name} attributes must be given, found ${found.length}`);
  return found[0];
}

function fallbackOf(attributes: Attributes, dtype: DType, context: Failing): Element {
  const { default_tensor: given } = attributes;
  if (given !== undefined) {
    const elements = Array.from(elementsOf(given));
    if (given.dtype !== dtype || elements.length !== 1) {
      context.fail(`default_tensor must be one ${dtype}, found ${elements.length} of ${given.dtype}`);
    }
    return elements[0];
  }
  if (dtype === "string") return attributes.default_string;
  if (dtype === "f32" || dtype === "f64") return attributes.default_float;
  return dtype === "i64" ? attributes.default_int64 : Number(attributes.default_int64);
}

function checkKeys({ keys }: LabelTable, dtype: DType, context: Failing): void {
  if (keys.dtype !== dtype) context.fail(`keys of ${keys.dtype} must have the dtype of X (${dtype})`);
}

const stringsAttribute = (name: string, value: readonly string[]): NamedAttribute => ({
  name,
  value: { kind: "strings", value },
});

function textsOf(node: Node, name: string): readonly string[] | undefined {
  const attribute = attributeOf(node, name);
  return attribute?.kind === "strings" ? attribute.value : undefined;
}

function integersOf(node: Node, name: string): readonly bigint[] | undefined {
  const attribute = attributeOf(node, name);
  return attribute?.kind === "ints" ? attribute.value : undefined;
}

/** Version 1 maps a string to its place in classes_strings, or an integer to the string at that place. */
function fromClasses(node: Node, rewrite: RewriteContext): Node {
  const classes = textsOf(node, "classes_strings") ?? [];
  const type = rewrite.typeOf(node.inputs[0]);
  const isText =
    type?.kind === "tensor"
      ? type.dtype === "string"
      : attributeOf(node, "default_string") === undefined || attributeOf(node, "default_int64") !== undefined;
  const plain = withoutAttributes(node, "classes_strings");
  const places = classes.map((_, i) => i);
  if (!isText)
    return withAttributes(plain, intsAttribute("keys_int64s", places), stringsAttribute("values_strings", classes));
  // Of equal strings the first place counts; in a list of keys it would be the last.
  const first = new Map<string, number>();
  for (const i of places) if (!first.has(classes[i])) first.set(classes[i], i);
  return withAttributes(
    plain,
    stringsAttribute("keys_strings", [...first.keys()]),
    intsAttribute("values_int64s", [...first.values()]),
  );
}

function toClasses(node: Node): Node | undefined {
  const texts = textsOf(node, "keys_strings");
  const classes = texts ?? textsOf(node, "values_strings");
  const places = integersOf(node, texts === undefined ? "keys_int64s" : "values_int64s");
  if (classes === undefined || places?.length !== classes.length) return undefined;
  if (places.some((place, i) => place !== BigInt(i)) || new Set(classes).size !== classes.length) return undefined;
  const name = texts === undefined ? "default_string" : "default_int64";
  const fallback = attributeOf(node, name);
  const stated =
    fallback !== undefined
      ? { name, value: fallback }
      : texts === undefined
        ? stringAttribute(name, "_Unused")
        : intAttribute(name, -1);
  return { ...node, attributes: [stringsAttribute("classes_strings", classes), stated] };
}
