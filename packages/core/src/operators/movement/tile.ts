import { type DType, onnxCodeOfDtype } from "../../dtypes/dtypes.ts";
import { freshShape, sameDtypeAsFirst } from "../../inference/shapes.ts";
import { normalizeAxis } from "../../kernels/broadcast.ts";
import { checkDims, checkVector, indexVector } from "../../kernels/index-vector.ts";
import { inPrecision, move } from "../../kernels/move.ts";
import { type Dim, mulDims } from "../../snapshot/dims.ts";
import type { Node } from "../../snapshot/types.ts";
import { scalar, tensorFrom } from "../../tensors/elements.ts";
import { reshaped, type Tensor } from "../../tensors/tensor.ts";
import { tilePoints } from "../../lowering/moved-points.ts";
import { int64Constant, intAttribute } from "../edit-node.ts";
import { defineOperator, required, type RewriteContext } from "../operator.ts";
import { ANY_1, ANY_13, types } from "../type-sets.ts";

/** The input repeated along each axis as often as repeats says. ONNX Tile. */
export const tile = defineOperator({
  name: "Tile",
  versions: [
    { since: 13 },
    { since: 6, types: { T: ANY_1, T1: types("i64") } },
    {
      since: 1,
      inputs: [required("input", "T"), required("tiles", "T"), required("axis", "T")],
      types: { T: types("f16 f32 f64"), T1: types("i64") },
      changed: "repeats for all axes",
      upgrade: repeatsOfAxis,
      downgrade: () => undefined,
    },
  ],
  inputs: [required("input", "T"), required("repeats", "T1")],
  outputs: [required("output", "T")],
  types: { T: ANY_13, T1: types("i64") },
  attributes: {},
  infer(context) {
    checkVector(context.shape(1), "repeats", context);
    const shape = context.shape(0);
    const repeats = context.values(1);
    if (shape === undefined) return sameDtypeAsFirst(context);
    if (repeats === undefined) return sameDtypeAsFirst(context, freshShape(shape.length, context));
    checkRepeats(repeats, shape.length, context);
    return sameDtypeAsFirst(
      context,
      shape.map((dim, axis) => mulDims(dim, repeats[axis]) ?? context.fresh()),
    );
  },
  reference: function* ([input, repeats], _attributes, context) {
    const source = inPrecision(input as Tensor, context.wide);
    const counts = indexVector(repeats as Tensor, "repeats", context);
    checkRepeats(counts, source.shape.length, context);
    const out = context.allocate(
      source.dtype,
      source.shape.map((dim, axis) => dim * counts[axis]),
    );
    const blocks = source.shape.flatMap((dim, axis) => [counts[axis], dim]);
    const strides = source.strides.flatMap((stride) => [0, stride]);
    yield* move(reshaped(out, blocks), { ...source, shape: blocks, strides });
    return [out];
  },
  lower: tilePoints,
  accuracy: "exact",
  samples: () => {
    const input = tensorFrom("f32", [2, 2], [1, 2, 3, 4]);
    return [
      {
        inputs: [input, tensorFrom("i64", [2], [1, 2])],
        outputs: [tensorFrom("f32", [2, 4], [1, 2, 1, 2, 3, 4, 3, 4])],
      },
      {
        inputs: [input, tensorFrom("i64", [2], [2, 1])],
        outputs: [tensorFrom("f32", [4, 2], [1, 2, 3, 4, 1, 2, 3, 4])],
      },
      { inputs: [input, tensorFrom("i64", [2], [0, 1])], outputs: [tensorFrom("f32", [0, 2], [])] },
    ];
  },
  errors: () => {
    const input = tensorFrom("f32", [2], [1, 2]);
    return [
      { inputs: [input, tensorFrom("i64", [2], [1, 1])], message: /2 repeats, expected 1/ },
      { inputs: [input, tensorFrom("i64", [1], [-1])], message: /negative/ },
      { inputs: [input, tensorFrom("i64", [1], [2 ** 50])], message: /more/ },
    ];
  },
});

function checkRepeats(repeats: readonly Dim[], rank: number, context: { fail(rule: string): never }): void {
  if (repeats.length !== rank) context.fail(`found ${repeats.length} repeats, expected ${rank}, one for each axis`);
  checkDims(repeats, "repeats", context);
}

/** Version 1 repeats along one axis; both numbers are inputs of the data's dtype. */
function repeatsOfAxis(node: Node, rewrite: RewriteContext): Node {
  const type = rewrite.typeOf(node.inputs[0]);
  const rank = type?.kind === "tensor" ? type.shape?.length : undefined;
  const along = rewrite.constantOf(node.inputs[2]);
  if (rank === undefined) rewrite.fail("the rank of its input must be known");
  if (along === undefined) return repeatsOfAnyAxis(node, rank, rewrite);
  const axis = normalizeAxis(scalar(along), rank, rewrite);
  const ones = (count: number): string => int64Constant(new Array<number>(count).fill(1), rewrite);
  const tiles = rewrite.emit("Cast", [node.inputs[1]], [intAttribute("to", onnxCodeOfDtype("i64"))]);
  const parts = [ones(axis), rewrite.emit("Reshape", [tiles, int64Constant([1], rewrite)]), ones(rank - axis - 1)];
  const repeats = rewrite.emit("Concat", parts, [intAttribute("axis", 0)]);
  return { ...node, inputs: [node.inputs[0], repeats] };
}

/** The same for an axis that is known in the run only: 1 + (tiles - 1) where the axis is, 1 + 0 elsewhere. */
function repeatsOfAnyAxis(node: Node, rank: number, rewrite: RewriteContext): Node {
  const [data, tiles, axis] = node.inputs;
  const to = (dtype: DType, name: string): string =>
    rewrite.emit("Cast", [name], [intAttribute("to", onnxCodeOfDtype(dtype))]);
  const both = [intAttribute("broadcast", 1)];
  const axes = int64Constant(
    Array.from({ length: rank }, (_, i) => i),
    rewrite,
  );
  const here = to("i64", rewrite.emit("Equal", [axes, to("i64", axis)], both));
  const one = rewrite.constant(tensorFrom("i64", [], [1]));
  const more = rewrite.emit("Sub", [to("i64", tiles), one]);
  const added = rewrite.emit("Mul", [here, more], both);
  return { ...node, inputs: [data, rewrite.emit("Add", [added, one], both)] };
}
