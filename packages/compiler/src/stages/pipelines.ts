import { commonSubexpressions } from "../passes/common-subexpressions.ts";
import { constantFolding } from "../passes/constant-folding.ts";
import { controlFlow } from "../passes/control-flow.ts";
import { deadCode } from "../passes/dead-code.ts";
import { expandNorms } from "../passes/expand-norms.ts";
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

/** The passes of each level, in their order within a stage. */
export const PIPELINES: Readonly<Record<OptLevel, readonly Pass[]>> = {
  0: [],
  1: CLEANUP,
  2: CLEANUP,
  3: CLEANUP,
};

/** Every built-in pass; those that stand in no pipeline run when they are asked for by name. */
export const PASSES: readonly Pass[] = [...CLEANUP, expandNorms];
