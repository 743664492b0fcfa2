import type { Buffer, Kernel } from "@hodu/core/kernel-ir";
import { checkArrays } from "./array-bytes.ts";
import { CLines } from "./c-lines.ts";
import { Names } from "./names.ts";
import { storedScalar } from "./operations/memory.ts";
import type { Prelude } from "./prelude.ts";
import type { Declared, Scope } from "./scope.ts";
import { splitArrays } from "./split-arrays.ts";
import { writeStatements } from "./statement.ts";

/** What stands in the text of a kernel for its symbol: no text of C has it. */
export const SYMBOL = "@";

/**
 * The text of a verified kernel: the functions that other threads run, then the kernel itself, without a comment. Kernels that differ only in
 * their names have the same text. Throws UNSUPPORTED for arrays that are too large.
 */
export function kernelText(kernel: Kernel, prelude: Prelude): string {
  checkArrays(kernel.body, prelude.target);
  const lines = new CLines();
  const parts: string[] = [];
  const names = new Names();
  const declared = new Map<string, Declared>();
  const buffers = new Map(kernel.buffers.map((buffer) => [buffer.name, buffer]));
  const scope: Scope = {
    symbol: SYMBOL,
    prelude,
    names,
    lines,
    parts,
    buffers,
    declared,
    unrolled: new Map(),
    splitArrays: splitArrays(kernel),
  };
  lines.block(`HODU_KERNEL ${SYMBOL}(const hodu_host* host, void* const* buffers, const hodu_i64* sizes)`, () => {
    kernel.buffers.forEach((buffer, i) => declareBuffer(buffer, i, scope));
    kernel.sizes.forEach((size, i) => declareSize(size, i, scope));
    writeStatements(kernel.body, scope);
    lines.line("return 0;");
  });
  return [...parts, lines.toString()].join("\n");
}

function declareBuffer({ name, memory, access }: Buffer, i: number, { names, declared, lines }: Scope): void {
  const identifier = names.fresh("buffer");
  const type = `${access === "read" ? "const " : ""}hodu_mem_${storedScalar(memory)}* restrict`;
  declared.set(name, { identifier, field: `${type} ${identifier}`, mask: 8, isSplit: false });
  lines.line(`${type} const ${identifier} = buffers[${i}];`);
}

function declareSize(name: string, i: number, { names, declared, lines }: Scope): void {
  const identifier = names.fresh("size");
  declared.set(name, { identifier, field: `hodu_i64 ${identifier}`, mask: 32, isSplit: false });
  lines.line(`const hodu_i64 ${identifier} = sizes[${i}];`);
}
