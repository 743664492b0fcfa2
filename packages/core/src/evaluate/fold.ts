import { isInteger } from "../dtypes/dtypes.ts";
import { HoduError } from "../errors/hodu-error.ts";
import type { Inferred } from "../inference/context.ts";
import type { AccuracyClass, OperatorDef } from "../operators/operator.ts";
import { staticShape } from "../snapshot/dims.ts";
import type { Node } from "../snapshot/types.ts";
import { elementCount, type Tensor } from "../tensors/tensor.ts";
import { finishAtOnce } from "./finish-at-once.ts";
import { kernelContext } from "./kernel-context.ts";

/** Constants are folded during inference while all tensors involved are this small: what shape arithmetic needs. */
const FOLDED_ELEMENTS = 1024;
/** A kernel that yields more often than this computes something else than a shape: it is left to the run. */
const FOLDED_STEPS = 64;
/** A constant node has its value already, of any dtype; inference looks at no larger one. */
const CONSTANT_ELEMENTS = 65_536;

/**
 * The outputs of a node whose inputs are all small constants and whose outputs are small integers or bools, or of a constant node;
 * else undefined.
 * A kernel that fails is left to fail in the run.
 */
export function foldNode(
  node: Node,
  definition: OperatorDef,
  attributes: Readonly<Record<string, unknown>>,
  constant: (i: number) => Tensor | undefined,
  inferred: readonly Inferred[],
): readonly Tensor[] | undefined {
  if (definition.reference === undefined || !isFoldable(definition.accuracy, node)) return undefined;
  if (inferred.length === 0 || !inferred.every(node.op === "Constant" ? isSmallConstant : isSmallInteger))
    return undefined;
  const inputs: (Tensor | undefined)[] = [];
  for (let i = 0; i < node.inputs.length; i++) {
    const value = node.inputs[i] === "" ? undefined : constant(i);
    if (node.inputs[i] !== "" && (value === undefined || elementCount(value.shape) > FOLDED_ELEMENTS)) return undefined;
    inputs.push(value);
  }
  try {
    const result = definition.reference(inputs, attributes, kernelContext(node, { maxBytes: 1 << 20 }));
    const outputs = "next" in result ? finishAtOnce(result, FOLDED_STEPS) : result;
    return outputs?.every((output) => output?.kind === "tensor") ? (outputs as Tensor[]) : undefined;
  } catch (error) {
    if (error instanceof HoduError || error instanceof RangeError) return undefined;
    throw error;
  }
}

function isFoldable(accuracy: AccuracyClass, node: Node): boolean {
  return accuracy !== "random" && node.attributes.every(({ value }) => value.kind !== "graph");
}

function isSmallInteger(type: Inferred): boolean {
  if (type?.kind !== "tensor" || (!isInteger(type.dtype) && type.dtype !== "bool")) return false;
  const shape = staticShape(type.shape);
  return shape !== undefined && elementCount(shape) <= FOLDED_ELEMENTS;
}

function isSmallConstant(type: Inferred): boolean {
  const shape = type?.kind === "tensor" ? staticShape(type.shape) : undefined;
  return shape !== undefined && elementCount(shape) <= CONSTANT_ELEMENTS;
}
