import type { InferContext } from "../../inference/context.ts";
import { normalizeAxis } from "../../kernels/broadcast.ts";
import { checkVector, indexVector } from "../../kernels/index-vector.ts";
import { addDims, type Dim, divDimsExact, formatShape } from "../../snapshot/dims.ts";
import type { Node } from "../../snapshot/types.ts";
import { indices, tensorFrom } from "../../tensors/elements.ts";
import { sliced, type Tensor } from "../../tensors/tensor.ts";
import { tensorType } from "../../tensors/values.ts";
import { splitPoints } from "../../lowering/moved-points.ts";
import { int, ints } from "../attributes.ts";
import {
  attributeToInput,
  axesFromFront,
  inputToAttribute,
  intAttribute,
  intOf,
  intsAttribute,
  withAttributes,
  withInput,
  withoutAttributes,
} from "../edit-node.ts";
import { defineOperator, optional, required, type RewriteContext, variadic } from "../operator.ts";
import { ANY_1, ANY_13, types } from "../type-sets.ts";

/**
 * The input cut along an axis into parts of the lengths given, or into num_outputs parts of one length, the last
 * shorter. ONNX Split.
 */
export const split = defineOperator({
  name: "Split",
  versions: [
    { since: 18 },
    {
      since: 13,
      attributes: { axis: int({ default: 0 }) },
      changed: "num_outputs says the number of parts, the last may be shorter",
      upgrade: (node) =>
        (node.inputs[1] ?? "") === "" ? withAttributes(node, intAttribute("num_outputs", node.outputs.length)) : node,
      downgrade: withoutCount,
    },
    {
      since: 11,
      inputs: [required("input", "T")],
      types: { T: ANY_1 },
      attributes: { axis: int({ default: 0 }), split: ints() },
      changed: "split became an input",
      upgrade: attributeToInput("split", 1),
      downgrade: inputToAttribute("split", 1),
    },
    { since: 2, changed: "a negative axis", downgrade: axesFromFront("axis") },
    {
      since: 1,
      inputs: [required("input", "T"), optional("split", "T")],
      outputs: [variadic("outputs...", "T")],
      types: { T: types("f16 f32 f64") },
      attributes: { axis: int(), split: ints() },
      changed: "split is an attribute only",
      upgrade: splitInputToAttribute,
    },
  ],
  inputs: [required("input", "T"), optional("split", "i64")],
  outputs: [variadic("outputs", "T")],
  types: { T: ANY_13 },
  attributes: { axis: int({ default: 0 }), num_outputs: int() },
  infer(context) {
    checkVector(context.shape(1), "split", context);
    const dtype = context.dtype(0);
    const shape = context.shape(0);
    const count = context.outputCount;
    if (dtype === undefined || shape === undefined) {
      return Array.from({ length: count }, () => dtype && tensorType(dtype));
    }
    const axis = normalizeAxis(context.attributes.axis, shape.length, context);
    const lengths = inferredLengths(context, shape[axis]);
    return Array.from({ length: count }, (_, i) =>
      tensorType(
        dtype,
        shape.map((dim, other) => (other === axis ? (lengths?.[i] ?? context.fresh()) : dim)),
      ),
    );
  },
  propagate(context) {
    const values = context.values(0);
    const lengths = inferredLengths(context, context.shape(0)?.[0] ?? 0);
    return typeof lengths?.[0] === "number" ? values?.slice(0, lengths[0]) : undefined;
  },
  reference: ([input, split], attributes, context) => {
    const source = input as Tensor;
    const axis = normalizeAxis(attributes.axis, source.shape.length, context);
    const given = split && indexVector(split as Tensor, "split", context);
    const lengths = partLengths(source.shape[axis], given, attributes.num_outputs, context) as readonly number[];
    let at = 0;
    return lengths.map((length) => {
      const part = sliced(source, axis, at, length);
      at += length;
      return part;
    });
  },
  lower: splitPoints,
  accuracy: "exact",
  samples: () => {
    const input = tensorFrom("f32", [7], [1, 2, 3, 4, 5, 6, 7]);
    return [
      {
        attributes: { num_outputs: 3 },
        inputs: [input],
        outputs: [tensorFrom("f32", [3], [1, 2, 3]), tensorFrom("f32", [3], [4, 5, 6]), tensorFrom("f32", [1], [7])],
      },
      {
        attributes: { axis: -1 },
        inputs: [input, tensorFrom("i64", [2], [2, 5])],
        outputs: [tensorFrom("f32", [2], [1, 2]), tensorFrom("f32", [5], [3, 4, 5, 6, 7])],
      },
    ];
  },
  errors: () => {
    const input = tensorFrom("f32", [4], [1, 2, 3, 4]);
    return [
      { inputs: [input, tensorFrom("i64", [2], [1, 2])], outputCount: 2, message: /add up to 3, expected 4/ },
      { attributes: { num_outputs: 3 }, inputs: [input], outputCount: 2, message: /3 parts, expected 2/ },
      { inputs: [input], message: /split or num_outputs/ },
    ];
  },
});

interface SplitContext {
  readonly outputCount: number;
  fail(rule: string): never;
}

function inferredLengths(
  context: InferContext<{ readonly num_outputs: number | undefined }>,
  dim: Dim,
): readonly Dim[] | undefined {
  const given = context.values(1);
  if (context.has(1) && given === undefined) return undefined;
  return partLengths(dim, given, context.attributes.num_outputs, context);
}

/** The lengths of all parts of a dim; undefined when its symbols do not tell. */
function partLengths(
  dim: Dim,
  given: readonly Dim[] | undefined,
  parts: number | undefined,
  context: SplitContext,
): readonly Dim[] | undefined {
  if ((given === undefined) === (parts === undefined)) context.fail("either split or num_outputs must be given");
  const count = given?.length ?? parts!;
  if (count !== context.outputCount)
    context.fail(`it gives ${count} parts, expected ${context.outputCount}, its outputs`);
  if (given !== undefined) {
    checkLengths(dim, given, context);
    return given;
  }
  const even = divDimsExact(dim, count);
  if (even !== undefined) return new Array<Dim>(count).fill(even);
  if (typeof dim !== "number") return undefined;
  const length = Math.ceil(dim / count);
  return Array.from({ length: count }, (_, i) => Math.max(0, Math.min(length, dim - i * length)));
}

function checkLengths(dim: Dim, lengths: readonly Dim[], context: SplitContext): void {
  if (lengths.some((length) => typeof length === "number" && length < 0)) {
    context.fail(`split ${formatShape(lengths)} must not hold negative lengths`);
  }
  const total = lengths.reduce(addDims, 0);
  if (typeof total === "number" && typeof dim === "number" && total !== dim) {
    context.fail(`the lengths ${formatShape(lengths)} add up to ${total}, expected ${dim}, the length of the axis`);
  }
}

/** Without num_outputs, the number of outputs said into how many parts. */
function withoutCount(node: Node, rewrite: RewriteContext): Node | undefined {
  const count = intOf(node, "num_outputs");
  if (count === undefined) return node;
  const type = rewrite.typeOf(node.inputs[0]);
  const shape = type?.kind === "tensor" ? type.shape : undefined;
  const dim = shape?.at(intOf(node, "axis") ?? 0);
  const isEven = dim !== undefined && divDimsExact(dim, count) !== undefined;
  return isEven ? withoutAttributes(node, "num_outputs") : undefined;
}

/** Version 1 also takes the lengths as an input of the data's dtype, which wins over the attribute. */
function splitInputToAttribute(node: Node, rewrite: RewriteContext): Node {
  const named = withAttributes(node, intAttribute("axis", intOf(node, "axis") ?? 0));
  if ((node.inputs[1] ?? "") === "") return named;
  const lengths = rewrite.constantOf(node.inputs[1]);
  if (lengths === undefined) rewrite.fail("the lengths of its parts must be a constant in opset 1");
  return withInput(withAttributes(named, intsAttribute("split", indices(lengths))), 1, "");
}
