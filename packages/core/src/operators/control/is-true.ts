import { formatShape } from "../../snapshot/dims.ts";
import { numbers } from "../../tensors/elements.ts";
import { elementCount } from "../../tensors/tensor.ts";
import type { Value } from "../../tensors/values.ts";

/** The one element of a bool tensor. */
export function isTrue(condition: Value, context: { fail(rule: string): never }): boolean {
  if (condition.kind !== "tensor" || condition.dtype !== "bool") {
    const found = condition.kind === "tensor" ? condition.dtype : condition.kind;
    context.fail(`the condition is ${found}, expected bool`);
  }
  if (elementCount(condition.shape) !== 1) {
    context.fail(`the condition has shape ${formatShape(condition.shape)}, expected one element`);
  }
  return numbers(condition)[0] !== 0;
}
