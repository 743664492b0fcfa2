import type { KernelContext, Outputs, Steps } from "../../kernels/context.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { tensorType, type Value } from "../../tensors/values.ts";
import { type AttributeValues, int64, int64s, string, strings } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { mapElements } from "./element-map.ts";

const ATTRIBUTES = {
  cats_int64s: int64s(),
  cats_strings: strings(),
  default_int64: int64({ default: -1n }),
  default_string: string({ default: "_Unused" }),
};

type Attributes = AttributeValues<typeof ATTRIBUTES>;

/**
 * Strings as the integers at the same place of two lists, or integers as strings; what is in neither becomes the
 * default. ONNX CategoryMapper.
 */
export const categoryMapper = defineOperator({
  name: "CategoryMapper",
  domain: "ai.onnx.ml",
  versions: [{ since: 1 }],
  inputs: [required("X", "T1")],
  outputs: [required("Y", "T2")],
  types: { T1: types("i64 string"), T2: types("i64 string") },
  attributes: ATTRIBUTES,
  infer(context) {
    checkLengths(context.attributes, context);
    const dtype = context.dtype(0);
    return [dtype && tensorType(dtype === "string" ? "i64" : "string", context.shape(0))];
  },
  reference: mapCategories,
  accuracy: "exact",
  samples: () => [
    {
      attributes: { cats_strings: ["cat", "dog"], cats_int64s: [3, 5] },
      inputs: [tensorFrom("string", [3], ["dog", "cow", "cat"])],
      outputs: [tensorFrom("i64", [3], [5, -1, 3])],
    },
    {
      attributes: { cats_strings: ["cat", "dog"], cats_int64s: [3, 5], default_string: "?" },
      inputs: [tensorFrom("i64", [1, 2], [5, 4])],
      outputs: [tensorFrom("string", [1, 2], ["dog", "?"])],
    },
  ],
  errors: () => [
    {
      attributes: { cats_strings: ["cat"], cats_int64s: [3, 5] },
      inputs: [tensorFrom("string", [1], ["dog"])],
      message: /cats_strings and cats_int64s must be as long, found 1 and 2/,
    },
  ],
});

function checkLengths(
  { cats_strings: texts = [], cats_int64s: integers = [] }: Attributes,
  context: { fail(rule: string): never },
): void {
  if (texts.length !== integers.length) {
    context.fail(`cats_strings and cats_int64s must be as long, found ${texts.length} and ${integers.length}`);
  }
}

function mapCategories(
  [x]: readonly (Value | undefined)[],
  attributes: Attributes,
  context: KernelContext,
): Steps<Outputs> {
  checkLengths(attributes, context);
  const { cats_strings: texts = [], cats_int64s: integers = [] } = attributes;
  return (x as Tensor).dtype === "string"
    ? mapElements(
        x as Tensor,
        new Map(texts.map((text, i) => [text, integers[i]])),
        attributes.default_int64,
        "i64",
        context,
      )
    : mapElements(
        x as Tensor,
        new Map(integers.map((key, i) => [key, texts[i]])),
        attributes.default_string,
        "string",
        context,
      );
}
