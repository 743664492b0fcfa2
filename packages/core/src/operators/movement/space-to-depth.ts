import { freshShape, sameDtypeAsFirst } from "../../inference/shapes.ts";
import { contiguous } from "../../kernels/move.ts";
import { type Dim, divDimsExact, formatShape, scaleDim } from "../../snapshot/dims.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import { reshaped, type Tensor, transposed } from "../../tensors/tensor.ts";
import { spaceToDepthPoints } from "../../lowering/block-points.ts";
import { int, string } from "../attributes.ts";
import { onlyString } from "../edit-node.ts";
import { defineOperator, required } from "../operator.ts";
import { ANY_1, ANY_13 } from "../type-sets.ts";
import { checkBlocks } from "./check-blocks.ts";

/** Squares of blocksize^2 pixels as channels: [N, C, H, W] to [N, C * b^2, H / b, W / b]. ONNX SpaceToDepth. */
export const spaceToDepth = defineOperator({
  name: "SpaceToDepth",
  versions: [
    { since: 28 },
    {
      since: 13,
      attributes: { blocksize: int({ required: true }) },
      changed: "mode",
      downgrade: onlyString("mode", "DCR"),
    },
    { since: 1, types: { T: ANY_1 } },
  ],
  inputs: [required("input", "T")],
  outputs: [required("output", "T")],
  types: { T: ANY_13 },
  attributes: { blocksize: int({ required: true }), mode: string({ default: "DCR" }) },
  infer(context) {
    const shape = context.shape(0);
    const { blocksize, mode } = context.attributes;
    checkBlocks(blocksize, mode, context);
    if (shape === undefined) return sameDtypeAsFirst(context, freshShape(4, context));
    return sameDtypeAsFirst(
      context,
      depthShape(shape, blocksize, context).map((dim) => dim ?? context.fresh()),
    );
  },
  reference: function* ([input], { blocksize: b, mode }, context) {
    checkBlocks(b, mode, context);
    const dims = depthShape((input as Tensor).shape, b, context) as number[];
    const source = yield* contiguous(input as Tensor, context);
    const [n, c] = source.shape;
    const blocks = reshaped(source, [n, c, dims[2], b, dims[3], b]);
    const order = mode === "DCR" ? [0, 3, 5, 1, 2, 4] : [0, 1, 3, 5, 2, 4];
    return [reshaped(yield* contiguous(transposed(blocks, order), context), dims)];
  },
  lower: spaceToDepthPoints,
  accuracy: "exact",
  samples: () => {
    const input = tensorFrom("f32", [1, 2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]);
    return [
      {
        attributes: { blocksize: 2 },
        inputs: [input],
        outputs: [tensorFrom("f32", [1, 8, 1, 1], [1, 5, 2, 6, 3, 7, 4, 8])],
      },
      {
        attributes: { blocksize: 2, mode: "CRD" },
        inputs: [input],
        outputs: [tensorFrom("f32", [1, 8, 1, 1], [1, 2, 3, 4, 5, 6, 7, 8])],
      },
    ];
  },
  errors: () => [
    { attributes: { blocksize: -1 }, inputs: [tensorFrom("f32", [1, 1, 1, 1], [1])], message: /blocksize -1/ },
    { attributes: { blocksize: 2 }, inputs: [tensorFrom("f32", [1, 1, 1, 2], [1, 2])], message: /multiples of 2/ },
    {
      attributes: { blocksize: 1, mode: "RGB" },
      inputs: [tensorFrom("f32", [1, 1, 1, 1], [1])],
      message: /mode "RGB"/,
    },
  ],
});

function depthShape(shape: readonly Dim[], b: number, context: { fail(rule: string): never }): (Dim | undefined)[] {
  if (shape.length !== 4) context.fail(`rank ${shape.length} must be 4`);
  const [n, c, h, w] = shape;
  const [rows, columns] = [h, w].map((dim) => divDimsExact(dim, b));
  if ((rows === undefined && typeof h === "number") || (columns === undefined && typeof w === "number")) {
    context.fail(`height and width ${formatShape([h, w])} must be multiples of ${b}`);
  }
  return [n, scaleDim(c, b * b), rows, columns];
}
