import type { Kernel, Statement } from "@hodu/core/kernel-ir";

/** Whether a kernel may end with another status than 0. */
export function hasGuards(kernel: Kernel): boolean {
  return kernel.body.some(isGuarded);
}

function isGuarded(statement: Statement): boolean {
  if (statement.kind === "for") return statement.body.some(isGuarded);
  if (statement.kind === "if") return statement.yes.some(isGuarded) || statement.no.some(isGuarded);
  return statement.kind === "guard";
}
