import { HoduError, type Patch, quote } from "@hodu/core";

/** INVALID_GRAPH: a patch breaks a rule. */
export function patchError(patch: Patch, rule: string): HoduError {
  return new HoduError("INVALID_GRAPH", `Cannot apply the patch ${quote(patch.pattern)}: ${rule}`);
}
