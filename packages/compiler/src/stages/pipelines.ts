import { channelsLast } from "../passes/channels-last.ts";
import { commonSubexpressions } from "../passes/common-subexpressions.ts";
import { constantFolding } from "../passes/constant-folding.ts";
import { controlFlow } from "../passes/control-flow.ts";
import { deadCode } from "../passes/dead-code.ts";
import { dequantizeWeights } from "../passes/dequantize-weights.ts";
import { expandBatchNorm } from "../passes/expand-batch-norm.ts";
import { expandNorms } from "../passes/expand-norms.ts";
import { foldAffine } from "../passes/fold-affine.ts";
import { foldQuantization } from "../passes/fold-quantization.ts";
import { foldQuantizedMoves } from "../passes/fold-quantized-moves.ts";
import { fuseAttention } from "../passes/fuse-attention.ts";
import { fuseGelu } from "../passes/fuse-gelu.ts";
import { fuseGroupNorm } from "../passes/fuse-group-norm.ts";
import { fuseHardSwish } from "../passes/fuse-hard-swish.ts";
import { fuseLayerNorm } from "../passes/fuse-layer-norm.ts";
import { fuseRmsNorm } from "../passes/fuse-rms-norm.ts";
import { fuseSoftmax } from "../passes/fuse-softmax.ts";
import { fuseSwish } from "../passes/fuse-swish.ts";
import { integerChannelsLast } from "../passes/integer-channels-last.ts";
import { pushTransposes } from "../passes/push-transposes.ts";
import { removeIdentity } from "../passes/remove-identity.ts";
import { shapeSimplification } from "../passes/shape-simplification.ts";
import type { Pass } from "./pass.ts";

/** How much a model is optimised: 0 not at all, 1 cleanup, 2 operator fusion, 3 layout and algorithm too. */
export type OptLevel = 0 | 1 | 2 | 3;

const CLEANUP: readonly Pass[] = [
  constantFolding,
  shapeSimplification,
  controlFlow,
  removeIdentity,
  commonSubexpressions,
  deadCode,
];

/** Larger patterns first: what is a part of one may be the whole of another. */
const FUSION: readonly Pass[] = [
  fuseLayerNorm,
  fuseRmsNorm,
  fuseGroupNorm,
  fuseGelu,
  fuseHardSwish,
  fuseSwish,
  fuseAttention,
  fuseSoftmax,
  foldQuantizedMoves,
  foldQuantization,
  dequantizeWeights,
  foldAffine,
  expandBatchNorm,
];

/** The passes of each level, in their order within a stage. */
export const PIPELINES: Readonly<Record<OptLevel, readonly Pass[]>> = {
  0: [],
  1: CLEANUP,
  2: [...CLEANUP, ...FUSION, pushTransposes, integerChannelsLast],
  3: [...CLEANUP, ...FUSION, pushTransposes, channelsLast],
};

/** Every built-in pass; those that stand in no pipeline run when they are asked for by name. */
export const PASSES: readonly Pass[] = [
  ...CLEANUP,
  ...FUSION,
  pushTransposes,
  channelsLast,
  integerChannelsLast,
  expandNorms,
];
