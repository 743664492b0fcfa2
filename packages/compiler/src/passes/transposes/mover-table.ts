import type { Mover } from "./move.ts";
import { moveByNumbers, movePad, moveResize, moveSlice } from "./moves/along-axes.ts";
import { moveAlongAxis, moveCumulation, moveQuantizer, moveRowNormalization } from "./moves/along-axis.ts";
import { moveArgument, moveGather, moveReduction, moveSqueeze, moveUnsqueeze } from "./moves/changing-rank.ts";
import { ELEMENTWISE, moveElementwise, moveFirstInput } from "./moves/elementwise.ts";
import { moveGemm, moveMatMul } from "./moves/products.ts";
import { moveReshape } from "./moves/reshape.ts";

/** How operators of the ONNX standard are moved to transposed values; those without an entry are not. */
export const MOVERS: ReadonlyMap<string, Mover> = new Map<string, Mover>([
  ...ELEMENTWISE.map((op) => [op, moveElementwise] as const),
  ["ArgMax", moveArgument],
  ["ArgMin", moveArgument],
  ["CastLike", moveFirstInput],
  ["Concat", moveAlongAxis({ data: "all", axis: 0 })],
  ["CumProd", moveCumulation],
  ["CumSum", moveCumulation],
  ["DequantizeLinear", moveQuantizer],
  ["Expand", moveByNumbers],
  ["Flatten", moveReshape],
  ["Gather", moveGather],
  ["GatherElements", moveAlongAxis({ data: 2, axis: 0 })],
  ["Gemm", moveGemm],
  ["Hardmax", moveAlongAxis({ data: 1, axis: -1 })],
  ["LayerNormalization", moveRowNormalization],
  ["LogSoftmax", moveAlongAxis({ data: 1, axis: -1 })],
  ["LpNormalization", moveAlongAxis({ data: 1, axis: -1 })],
  ["MatMul", moveMatMul],
  ["Pad", movePad],
  ["QuantizeLinear", moveQuantizer],
  ["RMSNormalization", moveRowNormalization],
  ["ReduceL1", moveReduction(false)],
  ["ReduceL2", moveReduction(false)],
  ["ReduceLogSum", moveReduction(false)],
  ["ReduceLogSumExp", moveReduction(false)],
  ["ReduceMax", moveReduction(true)],
  ["ReduceMean", moveReduction(false)],
  ["ReduceMin", moveReduction(true)],
  ["ReduceProd", moveReduction(false)],
  ["ReduceSum", moveReduction(false)],
  ["ReduceSumSquare", moveReduction(false)],
  ["Reshape", moveReshape],
  ["Resize", moveResize],
  ["Slice", moveSlice],
  ["Softmax", moveAlongAxis({ data: 1, axis: -1 })],
  ["Split", moveAlongAxis({ data: 1, axis: 0 })],
  ["Squeeze", moveSqueeze],
  ["Tile", moveByNumbers],
  ["TopK", moveAlongAxis({ data: 1, axis: -1 })],
  ["Unsqueeze", moveUnsqueeze],
]);
