import { inPrecision } from "../../kernels/move.ts";
import { attributeOf, type Node } from "../../snapshot/types.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import { elementCount, type Tensor } from "../../tensors/tensor.ts";
import { tensorType } from "../../tensors/values.ts";
import { float, floats, int64, int64s, string, strings, tensor } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { ANY_1, ANY_13, ANY_19, ANY_21, ANY_23, ANY_24, ANY_25, types } from "../type-sets.ts";

/** The value of its one attribute; ints are i64, floats f32. A sparse value counts as dense. ONNX Constant. */
export const constant = defineOperator({
  name: "Constant",
  versions: [
    { since: 25 },
    { since: 24, types: { T: ANY_24 } },
    { since: 23, types: { T: ANY_23 } },
    { since: 21, types: { T: ANY_21 } },
    { since: 19, types: { T: ANY_19 } },
    { since: 13, types: { T: ANY_13 } },
    { since: 12, types: { T: ANY_1 } },
    {
      since: 11,
      attributes: { sparse_value: tensor(), value: tensor() },
      changed: "numbers and texts as attributes",
      downgrade: asTensor,
    },
    {
      since: 9,
      attributes: { value: tensor({ required: true }) },
      changed: "a sparse value",
      downgrade: (node) => (attributeOf(node, "value") === undefined ? undefined : node),
    },
    { since: 1, types: { T: types("f16 f32 f64") } },
  ],
  inputs: [],
  outputs: [required("output", "T")],
  types: { T: ANY_25 },
  attributes: {
    sparse_value: tensor(),
    value: tensor(),
    value_float: float(),
    value_floats: floats(),
    value_int: int64(),
    value_ints: int64s(),
    value_string: string(),
    value_strings: strings(),
  },
  infer(context) {
    const value = valueOf(context.attributes, context);
    return [tensorType(value.dtype, value.shape)];
  },
  reference: (_inputs, attributes, context) => {
    const value = valueOf(attributes, context);
    if (inPrecision(value, context.wide) === value) return [value];
    context.reserve(8 * elementCount(value.shape));
    return [inPrecision(value, context.wide)];
  },
  accuracy: "exact",
  samples: () => [
    {
      attributes: { value: tensorFrom("f32", [2], [1.5, -2]) },
      inputs: [],
      outputs: [tensorFrom("f32", [2], [1.5, -2])],
    },
    {
      attributes: { value_int: 9007199254740993n },
      inputs: [],
      outputs: [tensorFrom("i64", [], [9007199254740993n])],
    },
    { attributes: { value_floats: [1, 2] }, inputs: [], outputs: [tensorFrom("f32", [2], [1, 2])] },
    { attributes: { value_strings: ["a", "b"] }, inputs: [], outputs: [tensorFrom("string", [2], ["a", "b"])] },
  ],
  errors: () => [
    { inputs: [], message: /one attribute/ },
    { attributes: { value_int: 1, value_float: 2 }, inputs: [], message: /one attribute/ },
  ],
});

interface Forms {
  readonly sparse_value: Tensor | undefined;
  readonly value: Tensor | undefined;
  readonly value_float: number | undefined;
  readonly value_floats: readonly number[] | undefined;
  readonly value_int: bigint | undefined;
  readonly value_ints: readonly bigint[] | undefined;
  readonly value_string: string | undefined;
  readonly value_strings: readonly string[] | undefined;
}

function valueOf(forms: Forms, context: { fail(rule: string): never }): Tensor {
  const given = Object.keys(forms).filter((name) => forms[name as keyof Forms] !== undefined);
  if (given.length !== 1) context.fail(`found ${given.length} values (${given.join(", ")}), expected one attribute`);
  return forms.value ?? forms.sparse_value ?? plainValueOf(forms)!;
}

function plainValueOf(forms: Forms): Tensor | undefined {
  const { value_float, value_floats, value_int, value_ints, value_string, value_strings } = forms;
  if (value_float !== undefined) return tensorFrom("f32", [], [value_float]);
  if (value_floats !== undefined) return tensorFrom("f32", [value_floats.length], value_floats);
  if (value_int !== undefined) return tensorFrom("i64", [], [value_int]);
  if (value_ints !== undefined) return tensorFrom("i64", [value_ints.length], value_ints);
  if (value_string !== undefined) return tensorFrom("string", [], [value_string]);
  return value_strings && tensorFrom("string", [value_strings.length], value_strings);
}

/** Says a plain number or text as a tensor; versions before 12 know no other form. */
function asTensor(node: Node): Node {
  const forms = Object.fromEntries(node.attributes.map(({ name, value }) => [name, value.value])) as unknown as Forms;
  const value = plainValueOf(forms);
  return value === undefined ? node : { ...node, attributes: [{ name: "value", value: { kind: "tensor", value } }] };
}
