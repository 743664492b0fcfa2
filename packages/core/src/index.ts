export * from "./dtypes/dtypes.ts";
export * from "./dtypes/float-codec.ts";
export * from "./dtypes/packing.ts";
export { closestName } from "./errors/closest-name.ts";
export * from "./errors/codes.ts";
export * from "./errors/hodu-error.ts";
export * from "./errors/quote.ts";
export type * from "./inference/context.ts";
export type * from "./kernels/context.ts";
export type * from "./operators/operator.ts";
export { allOperators } from "./operators/all-operators.ts";
export { mersenneTwister } from "./random/mt19937.ts";
export type { RandomSource } from "./random/random-source.ts";
export * from "./snapshot/dims.ts";
export * from "./snapshot/types.ts";
export * from "./tensors/elements.ts";
export * from "./tensors/tensor.ts";
export * from "./tensors/values.ts";
export { Evaluator, type EvaluatorOptions } from "./evaluate/evaluate.ts";
export * from "./inference/infer.ts";
export { attributeValues, checkInputTypes, checkNodeForm, typeName } from "./operators/check-node.ts";
export * from "./operators/lookup.ts";
export { downgradeModel, type DowngradeOptions } from "./operators/downgrade.ts";
export { upgradeModel, type UpgradeOptions, type VersionedModel } from "./operators/upgrade.ts";
export { formatType } from "./snapshot/format-type.ts";
export { findingsOf, verifySnapshot } from "./snapshot/verify.ts";
export { tensorBlocks } from "./tensors/blocks.ts";
export * from "./tensors/bytes.ts";
export { wholeText } from "./tensors/whole-text.ts";
export { type BoundInputs, bindInputs } from "./snapshot/bind-inputs.ts";
export { makeAttributes, type PlainAttribute } from "./operators/make-attributes.ts";
export { GraphBuilder, type NodeOptions } from "./snapshot/builder.ts";
export { compareValues, type Difference, formatIndex } from "./tensors/compare.ts";
export { EXACT, type Tolerance, toleranceOf } from "./tensors/tolerance.ts";
export { heldWeights } from "./snapshot/held-weights.ts";
export { mapWeights } from "./snapshot/map-weights.ts";
export { graphsIn } from "./snapshot/graphs.ts";
export { parseSnapshot } from "./text/parse.ts";
export { type PrintOptions, printSnapshot } from "./text/print.ts";
export { type Json, JsonError, type JsonObject, readJson } from "./formats/json-reader.ts";
export {
  type JsonTensorFile,
  type NamedJsonValue,
  type ReadJsonOptions,
  readJsonTensorFile,
  readJsonTensors,
} from "./formats/json-tensor.ts";
export { jsonOfTensorFile, writeJsonValue } from "./formats/json-writer.ts";
export { digestSnapshot } from "./snapshot/digest.ts";
export { storageOfJson } from "./formats/json-elements.ts";
export { evaluateNode, type NodeLimits } from "./evaluate/evaluate-node.ts";
export { ConstantStore } from "./operators/constant-store.ts";
export { namesRead } from "./operators/names-read.ts";
export { withoutShapes } from "./inference/merge-types.ts";
export type * from "./snapshot/patch.ts";
export { MAX_NESTING } from "./snapshot/limits.ts";
export * from "./snapshot/stages.ts";
export { centerOf, largerOf, scoreOf, seenWith } from "./lowering/attention-in-one-pass.ts";
export type * from "./lowering/contract.ts";
export { lowerNode } from "./lowering/lower-node.ts";
export { indexAt, isOne, knownDim, positionOf } from "./lowering/positions.ts";
