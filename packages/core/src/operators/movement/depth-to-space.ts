import { freshShape, sameDtypeAsFirst } from "../../inference/shapes.ts";
import { contiguous } from "../../kernels/move.ts";
import { type Dim, divDimsExact, scaleDim } from "../../snapshot/dims.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import { reshaped, type Tensor, transposed } from "../../tensors/tensor.ts";
import { depthToSpacePoints } from "../../lowering/block-points.ts";
import { int, string } from "../attributes.ts";
import { onlyString } from "../edit-node.ts";
import { defineOperator, required } from "../operator.ts";
import { ANY_1, ANY_13 } from "../type-sets.ts";
import { checkBlocks } from "./check-blocks.ts";

/**
 * Blocks of blocksize^2 channels as squares of pixels: [N, C, H, W] to [N, C / b^2, H * b, W * b]. ONNX DepthToSpace.
 */
export const depthToSpace = defineOperator({
  name: "DepthToSpace",
  versions: [
    { since: 28 },
    { since: 13 },
    { since: 11, types: { T: ANY_1 } },
    {
      since: 1,
      attributes: { blocksize: int({ required: true }) },
      changed: "mode",
      downgrade: onlyString("mode", "DCR"),
    },
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
      spaceShape(shape, blocksize, context).map((dim) => dim ?? context.fresh()),
    );
  },
  reference: function* ([input], { blocksize: b, mode }, context) {
    checkBlocks(b, mode, context);
    const dims = spaceShape((input as Tensor).shape, b, context) as number[];
    const source = yield* contiguous(input as Tensor, context);
    const [n, , h, w] = source.shape;
    const blocks = mode === "DCR" ? [n, b, b, dims[1], h, w] : [n, dims[1], b, b, h, w];
    const order = mode === "DCR" ? [0, 3, 4, 1, 5, 2] : [0, 1, 4, 2, 5, 3];
    return [reshaped(yield* contiguous(transposed(reshaped(source, blocks), order), context), dims)];
  },
  lower: depthToSpacePoints,
  accuracy: "exact",
  samples: () => {
    const input = tensorFrom("f32", [1, 8, 1, 1], [1, 2, 3, 4, 5, 6, 7, 8]);
    return [
      {
        attributes: { blocksize: 2 },
        inputs: [input],
        outputs: [tensorFrom("f32", [1, 2, 2, 2], [1, 3, 5, 7, 2, 4, 6, 8])],
      },
      {
        attributes: { blocksize: 2, mode: "CRD" },
        inputs: [input],
        outputs: [tensorFrom("f32", [1, 2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8])],
      },
    ];
  },
  errors: () => [
    { attributes: { blocksize: 0 }, inputs: [tensorFrom("f32", [1, 1, 1, 1], [1])], message: /blocksize 0/ },
    { attributes: { blocksize: 2 }, inputs: [tensorFrom("f32", [1, 1, 1, 1], [1])], message: /1 channels/ },
  ],
});

function spaceShape(shape: readonly Dim[], b: number, context: { fail(rule: string): never }): (Dim | undefined)[] {
  if (shape.length !== 4) context.fail(`rank ${shape.length} must be 4`);
  const [n, c, h, w] = shape;
  const channels = divDimsExact(c, b * b);
  if (channels === undefined && typeof c === "number") context.fail(`${c} channels must be a multiple of ${b * b}`);
  return [n, channels, scaleDim(h, b), scaleDim(w, b)];
}
