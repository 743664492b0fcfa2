import { tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { type MapValue, type TensorType, tensorType } from "../../tensors/values.ts";
import { int64s, strings } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { elementOutput, elementsOf } from "./element-io.ts";
import { mapOf } from "./map-of.ts";

/**
 * The values of a map in the order of a vocabulary of its keys, [n]: 0 or "" where it lacks one; keys outside of it are
 * passed over. ONNX DictVectorizer.
 */
export const dictVectorizer = defineOperator({
  name: "DictVectorizer",
  domain: "ai.onnx.ml",
  versions: [{ since: 1 }],
  inputs: [required("X", "T1")],
  outputs: [required("Y", "T2")],
  types: {
    T1: types("map(string,i64) map(i64,string) map(i64,f32) map(i64,f64) map(string,f32) map(string,f64)"),
    T2: types("i64 f32 f64 string"),
  },
  attributes: { int64_vocabulary: int64s(), string_vocabulary: strings() },
  infer(context) {
    const map = context.type(0);
    if (map?.kind !== "map" || map.element.kind !== "tensor") return [];
    return [tensorType(map.element.dtype, [vocabularyOf(context.attributes, map.key, context).length])];
  },
  reference([x], attributes, context) {
    const map = x as MapValue;
    const { dtype } = map.element as TensorType;
    const vocabulary = vocabularyOf(attributes, map.key, context);
    const isInteger = map.key === "i64";
    const values = new Map(map.keys.map((key, i) => [isInteger ? BigInt(key) : key, map.values[i] as Tensor]));
    const out = elementOutput(dtype, [vocabulary.length], context);
    vocabulary.forEach((key, i) => {
      const value = values.get(key);
      if (value === undefined) return;
      if (value.shape.includes(0)) context.fail(`the value of key ${String(key)} has no elements, expected one`);
      out.write(i, elementsOf(value)[0]);
    });
    return [out.tensor()];
  },
  accuracy: "exact",
  samples: () => [
    {
      attributes: { string_vocabulary: ["a", "c", "b", "z"] },
      inputs: [mapOf("string", "f32", ["a", "c"], [4, 8])],
      outputs: [tensorFrom("f32", [4], [4, 8, 0, 0])],
    },
    {
      attributes: { int64_vocabulary: [7, 3] },
      inputs: [mapOf("i64", "string", [3n, 9n], ["x", "y"])],
      outputs: [tensorFrom("string", [2], ["", "x"])],
    },
  ],
  errors: () => [
    {
      attributes: { int64_vocabulary: [1] },
      inputs: [mapOf("string", "f32", ["a"], [4])],
      message: /string_vocabulary must be given for a map from string/,
    },
  ],
});

function vocabularyOf(
  attributes: {
    readonly int64_vocabulary: readonly bigint[] | undefined;
    readonly string_vocabulary: readonly string[] | undefined;
  },
  key: string,
  context: { fail(rule: string): never },
): readonly (bigint | string)[] {
  const found = key === "string" ? attributes.string_vocabulary : attributes.int64_vocabulary;
  const name = key === "string" ? "string_vocabulary" : "int64_vocabulary";
  return found ?? context.fail(`${name} must be given for a map from ${key}`);
}
