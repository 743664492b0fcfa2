import { HoduError } from "../errors/hodu-error.ts";
import { attributeValues } from "../operators/check-node.ts";
import { operatorOf } from "../operators/lookup.ts";
import type { Node } from "../snapshot/types.ts";
import type { Value } from "../tensors/values.ts";
import { finishAtOnce } from "./finish-at-once.ts";
import { kernelContext } from "./kernel-context.ts";

/** What a node may take that is evaluated ahead of any run. */
export interface NodeLimits {
  /** Bytes of memory that the kernel may take. */
  readonly maxBytes: number;
  /** How often the kernel may yield: it does so about every few million basic operations. */
  readonly maxSteps: number;
}

/**
 * What a node gives for these inputs (undefined where an optional one is absent), by its reference kernel, undefined for outputs that it
 * does not want. Undefined for a node that only a run can evaluate: random, with a graph inside, waiting for something, failing with
 * these values, or past the limits. Outputs may be views of inputs.
 */
export function evaluateNode(
  node: Node,
  inputs: readonly (Value | undefined)[],
  limits: NodeLimits,
): readonly (Value | undefined)[] | undefined {
  const definition = operatorOf(node.domain, node.op);
  if (definition?.reference === undefined || definition.accuracy === "random") return undefined;
  if (node.attributes.some(({ value }) => value.kind === "graph")) return undefined;
  const attributes = attributeValues(node, definition.attributes);
  const context = {
    ...kernelContext(node, { maxBytes: limits.maxBytes }),
    random: (): never => {
      throw new HoduError("KERNEL", "Cannot draw a number ahead of a run");
    },
  };
  try {
    const result = definition.reference(inputs, attributes, context);
    return "next" in result ? finishAtOnce(result, limits.maxSteps) : result;
  } catch (error) {
    if (error instanceof HoduError || error instanceof RangeError) return undefined;
    throw error;
  }
}
