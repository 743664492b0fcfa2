import { freshShape, sameDtypeAsFirst } from "../../inference/shapes.ts";
import { checkDims, checkVector, indexVector } from "../../kernels/index-vector.ts";
import { contiguous } from "../../kernels/move.ts";
import { type Dim, divideProducts, formatShape, staticShape } from "../../snapshot/dims.ts";
import { indices, tensorFrom } from "../../tensors/elements.ts";
import { elementCount, reshaped, type Tensor } from "../../tensors/tensor.ts";
import { reshapePoints } from "../../lowering/reshape-points.ts";
import { int, ints } from "../attributes.ts";
import {
  attributeToInput,
  dropConsumedInputs,
  inputToAttribute,
  intOf,
  intsOf,
  onlyInt,
  withoutAttributes,
} from "../edit-node.ts";
import { defineOperator, required } from "../operator.ts";
import { ANY_1, ANY_13, ANY_19, ANY_21, ANY_23, ANY_24, ANY_25, types } from "../type-sets.ts";

/**
 * The elements in a new shape: a dim of 0 is taken over (unless allowzero), one of -1 is what is left. ONNX Reshape.
 */
export const reshape = defineOperator({
  name: "Reshape",
  versions: [
    { since: 25 },
    { since: 24, types: { T: ANY_24 } },
    { since: 23, types: { T: ANY_23 } },
    { since: 21, types: { T: ANY_21 } },
    { since: 19, types: { T: ANY_19 } },
    { since: 14, types: { T: ANY_13 } },
    {
      since: 13,
      attributes: {},
      changed: "allowzero",
      downgrade: (node, rewrite) => {
        const target = intOf(node, "allowzero") === 1 ? rewrite.constantOf(node.inputs[1]) : undefined;
        const isPlain = target !== undefined && !indices(target).includes(0);
        return isPlain ? withoutAttributes(node, "allowzero") : onlyInt("allowzero", 0)(node);
      },
    },
    { since: 5, types: { T: ANY_1 } },
    {
      since: 1,
      inputs: [required("data", "T")],
      types: { T: types("f16 f32 f64") },
      attributes: { consumed_inputs: ints(), shape: ints() },
      changed: "the shape became an input",
      upgrade: (node, rewrite) => {
        if (intsOf(node, "shape") === undefined) rewrite.fail('attribute "shape" is missing');
        return attributeToInput("shape", 1)(dropConsumedInputs(node), rewrite);
      },
      downgrade: inputToAttribute("shape", 1),
    },
  ],
  inputs: [required("data", "T"), required("shape", "i64")],
  outputs: [required("reshaped", "T")],
  types: { T: ANY_25 },
  attributes: { allowzero: int({ default: 0 }) },
  infer(context) {
    checkVector(context.shape(1), "shape", context);
    const shape = context.shape(0);
    const target = context.values(1);
    const allowZero = context.attributes.allowzero !== 0;
    if (target !== undefined && shape !== undefined) {
      const dims = resolveShape(shape, target, allowZero, context);
      return sameDtypeAsFirst(
        context,
        dims.map((dim) => dim ?? context.fresh()),
      );
    }
    const isOpen = (dim: Dim): boolean => dim === -1 || (dim === 0 && !allowZero);
    const rank = context.shape(1)?.[0];
    if (target !== undefined) {
      const dims = target.map((dim) => (isOpen(dim) ? context.fresh() : dim));
      return sameDtypeAsFirst(context, dims);
    }
    return sameDtypeAsFirst(context, typeof rank === "number" ? freshShape(rank, context) : undefined);
  },
  propagate: (context) => context.values(0),
  reference: function* ([data, shape], { allowzero }, context) {
    const source = data as Tensor;
    const dims = resolveShape(
      source.shape,
      indexVector(shape as Tensor, "shape", context),
      allowzero !== 0,
      context,
    ) as number[];
    return [reshaped(yield* contiguous(source, context), dims)];
  },
  lower: reshapePoints,
  accuracy: "exact",
  samples: () => {
    const data = tensorFrom("f32", [2, 3], [1, 2, 3, 4, 5, 6]);
    return [
      {
        inputs: [data, tensorFrom("i64", [2], [3, -1])],
        outputs: [tensorFrom("f32", [3, 2], [1, 2, 3, 4, 5, 6])],
      },
      { inputs: [data, tensorFrom("i64", [3], [0, 1, 3])] },
      {
        attributes: { allowzero: 1 },
        inputs: [tensorFrom("f32", [0, 3, 4], []), tensorFrom("i64", [3], [3, 4, 0])],
        outputs: [tensorFrom("f32", [3, 4, 0], [])],
      },
    ];
  },
  errors: () => {
    const data = tensorFrom("f32", [2, 3], [1, 2, 3, 4, 5, 6]);
    return [
      { inputs: [data, tensorFrom("i64", [2], [4, -1])], message: /6 elements/ },
      { inputs: [data, tensorFrom("i64", [2], [-1, -1])], message: /only one dim may be -1/ },
      { inputs: [data, tensorFrom("i64", [2], [2, -2])], message: /must be at least -1/ },
    ];
  },
});

/** The dims that a target shape stands for; undefined for one that cannot be told from symbols. */
function resolveShape(
  shape: readonly Dim[],
  target: readonly Dim[],
  allowZero: boolean,
  context: { fail(rule: string): never },
): (Dim | undefined)[] {
  const keeps = (axis: number): boolean => target[axis] === 0 && !allowZero;
  const dims = target.map((dim, axis) => {
    if (typeof dim === "number" && dim < -1) context.fail(`dim ${axis} of the shape is ${dim}, it must be at least -1`);
    if (keeps(axis) && axis >= shape.length) context.fail(`dim ${axis} of the shape is 0, data has no such axis`);
    return keeps(axis) ? shape[axis] : dim;
  });
  const open = dims.indexOf(-1);
  checkDims(
    dims.filter((dim) => dim !== -1),
    "shape",
    context,
  );
  if (open !== dims.lastIndexOf(-1)) context.fail(`only one dim may be -1, found ${formatShape(target)}`);
  if (open >= 0 && allowZero && target.includes(0)) context.fail("-1 must not stand beside 0 when allowzero is set");
  const source = shape.filter((_, axis) => !(axis < target.length && keeps(axis)));
  const rest = dims.filter((_, axis) => axis !== open && !keeps(axis));
  const left = open < 0 ? undefined : divideProducts(source, rest);
  const [from, to] = [staticShape(source), staticShape(rest)];
  if (from !== undefined && to !== undefined) {
    const fits = open < 0 ? elementCount(from) === elementCount(to) : left !== undefined;
    if (!fits) context.fail(`${elementCount(from)} elements do not fit the shape ${formatShape(target)}`);
  }
  return dims.map((dim, axis) => (axis === open ? left : dim));
}
