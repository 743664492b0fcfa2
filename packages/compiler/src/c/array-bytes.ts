import type { Statement } from "@hodu/core/kernel-ir";
import { widthOf } from "./c-type.ts";
import { MAX_ARRAY_BYTES } from "./limits.ts";
import type { CTarget } from "./target.ts";
import { unsupported } from "./unsupported.ts";
import { statementsOf } from "./walk.ts";

/** Throws UNSUPPORTED when the arrays of a kernel would not fit the stack of a thread. */
export function checkArrays(body: readonly Statement[], target: CTarget): void {
  const bytes = arrayBytes(body);
  if (bytes <= MAX_ARRAY_BYTES) return;
  throw unsupported(target, `arrays of ${bytes} bytes, expected at most ${MAX_ARRAY_BYTES}`);
}

/** The bytes of all arrays that are declared in statements, as if all were there at once. */
function arrayBytes(statements: readonly Statement[]): number {
  let bytes = 0;
  for (const statement of statements) {
    if (statement.kind === "array")
      bytes += statement.length * statement.type.lanes * (widthOf(statement.type.scalar) / 8);
    for (const inner of statementsOf(statement)) bytes += arrayBytes(inner);
  }
  return bytes;
}
