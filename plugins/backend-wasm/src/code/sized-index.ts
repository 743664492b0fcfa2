import type { Expression } from "hodu-plugin-sdk/compiler";
import { isIndexOperation, type SizedIndex } from "./turns.ts";

/** An extent over constants and the size of a kernel, as code has it. */
export function sizedIndex(extent: Expression): SizedIndex {
  if (extent.kind === "constant") return Number(extent.value);
  if (extent.kind === "size") return "size";
  if (extent.kind === "binary" && isIndexOperation(extent.operation))
    return [extent.operation, sizedIndex(extent.left), sizedIndex(extent.right)];
  throw new TypeError("an extent that is not known when a kernel is called");
}
