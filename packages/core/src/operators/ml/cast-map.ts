import { tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { type MapValue, tensorType } from "../../tensors/values.ts";
import { int, string } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { type Element, elementOutput, elementsOf } from "./element-io.ts";
import { mapOf } from "./map-of.ts";

/**
 * The values of a map as one row: in the order of their keys (DENSE, [1, size]), or at the column that the key says, 0
 * or "" elsewhere (SPARSE, [1, max_map]). ONNX CastMap, which leaves the rank open.
 */
export const castMap = defineOperator({
  name: "CastMap",
  domain: "ai.onnx.ml",
  versions: [{ since: 1 }],
  inputs: [required("X", "T1")],
  outputs: [required("Y", "T2")],
  types: { T1: types("map(i64,string) map(i64,f32)"), T2: types("i64 f32 string") },
  attributes: {
    cast_to: string({ default: "TO_FLOAT" }),
    map_form: string({ default: "DENSE" }),
    max_map: int({ default: 1 }),
  },
  infer(context) {
    const { cast_to: target, map_form: form, max_map: size } = context.attributes;
    checkForm(form, size, context);
    return [tensorType(targetDtype(target, context), [1, form === "SPARSE" ? size : context.fresh()])];
  },
  reference([x], attributes, context) {
    const map = x as MapValue;
    const { map_form: form, max_map: size } = attributes;
    checkForm(form, size, context);
    const dtype = targetDtype(attributes.cast_to, context);
    const out = elementOutput(dtype, [1, form === "SPARSE" ? size : map.keys.length], context);
    const order = map.keys.map((key, i) => ({ key: BigInt(key), i })).sort((a, b) => (a.key < b.key ? -1 : 1));
    order.forEach(({ key, i }, rank) => {
      if (form === "SPARSE" && (key < 0n || key >= BigInt(size))) context.fail(`key ${key} must be in 0..${size - 1}`);
      const [value] = Array.from(elementsOf(map.values[i] as Tensor));
      out.write(form === "SPARSE" ? Number(key) : rank, cast(value, dtype, context));
    });
    return [out.tensor()];
  },
  accuracy: "exact",
  samples: () => [
    {
      inputs: [mapOf("i64", "string", [5n, 2n], ["1.5", "-2"])],
      outputs: [tensorFrom("f32", [1, 2], [-2, 1.5])],
    },
    {
      attributes: { cast_to: "TO_INT64", map_form: "SPARSE", max_map: 4 },
      inputs: [mapOf("i64", "f32", [2n, 0n], [7.9, -1.5])],
      outputs: [tensorFrom("i64", [1, 4], [-1, 0, 7, 0])],
    },
    {
      attributes: { cast_to: "TO_STRING" },
      inputs: [mapOf("i64", "f32", [1n], [0.5])],
      outputs: [tensorFrom("string", [1, 1], ["0.500000"])],
    },
  ],
  errors: () => [
    {
      attributes: { map_form: "SPARSE", max_map: 2 },
      inputs: [mapOf("i64", "f32", [2n], [1])],
      message: /key 2 must be in 0..1/,
    },
    { inputs: [mapOf("i64", "string", [2n], ["x"])], message: /"x" must be a number/ },
    {
      attributes: { cast_to: "TO_BOOL" },
      inputs: [mapOf("i64", "f32", [2n], [1])],
      message: /cast_to "TO_BOOL" must be/,
    },
  ],
});

interface Failing {
  fail(rule: string): never;
}

function checkForm(form: string, size: number, context: Failing): void {
  if (form !== "DENSE" && form !== "SPARSE") context.fail(`map_form "${form}" must be DENSE or SPARSE`);
  if (form === "SPARSE" && size < 1) context.fail(`max_map ${size} must be at least 1`);
}

function targetDtype(target: string, context: Failing): "f32" | "i64" | "string" {
  switch (target) {
    case "TO_FLOAT":
      return "f32";
    case "TO_INT64":
      return "i64";
    case "TO_STRING":
      return "string";
    default:
      return context.fail(`cast_to "${target}" must be TO_FLOAT, TO_INT64 or TO_STRING`);
  }
}

/** Floats become strings with six digits after the point, as C prints them. */
function cast(value: Element, dtype: "f32" | "i64" | "string", context: Failing): Element {
  if (dtype === "string") return typeof value === "number" ? value.toFixed(6) : String(value);
  const number = typeof value === "string" ? (value.trim() === "" ? Number.NaN : Number(value)) : Number(value);
  if (Number.isNaN(number) && typeof value === "string" && value.trim().toLowerCase() !== "nan") {
    context.fail(`${JSON.stringify(value)} must be a number`);
  }
  if (dtype === "f32") return number;
  if (!Number.isFinite(number)) context.fail(`${number} must be finite to become an integer`);
  return BigInt(Math.trunc(number));
}
