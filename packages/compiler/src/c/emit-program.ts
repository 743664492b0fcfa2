import type { Program, ProgramStep } from "../program/types.ts";
import { RUNTIME_FILES } from "../generated/c-runtime.ts";
import { CLines } from "./c-lines.ts";
import { type CFile, emitC } from "./emit-c.ts";
import { MAX_BUFFERS } from "./limits.ts";
import type { CTarget } from "./target.ts";
import { unsupported } from "./unsupported.ts";

/** The files of the runtime that run a program, beside the headers of its kernels. */
const RUNTIME = ["run.h", "run.c", "pool.h", "pool.c"] as const;

/**
 * The C files of a whole program: its kernels (emitC), the table of its steps, and the runtime that runs them by `hodu_run` (run.h).
 * Files that end in `.c` are compiled with C_FLAGS and the flags of the target, and linked with the C library and its threads.
 * The same program gives the same bytes. Throws UNSUPPORTED as emitC does, and for a kernel of more than 4096 buffers.
 */
export function emitProgram({ kernels, steps }: Pick<Program, "kernels" | "steps">, target: CTarget): readonly CFile[] {
  const { files, symbols } = emitC(kernels, target);
  const runtime = RUNTIME.map((name) => ({ name, text: RUNTIME_FILES[name] }));
  return [...files, { name: "program.c", text: tableText(steps, symbols, target) }, ...runtime];
}

function tableText(steps: readonly ProgramStep[], symbols: readonly string[], target: CTarget): string {
  const lines = new CLines();
  lines.line('#include "run.h"');
  lines.line("");
  for (const symbol of new Set(symbols))
    lines.line(`hodu_i32 ${symbol}(const hodu_host* host, void* const* buffers, const hodu_i64* sizes);`);
  const numbers: number[] = [];
  lines.block(
    "const hodu_step hodu_steps[] =",
    () => {
      for (const step of steps) lines.line(`${stepText(step, symbols, numbers, target)},`);
      lines.line("{0, 0, 0}");
    },
    ";",
  );
  lines.line(`const hodu_u32 hodu_numbers[] = {${[...numbers, 0].join(", ")}};`);
  return lines.toString();
}

function stepText(step: ProgramStep, symbols: readonly string[], numbers: number[], target: CTarget): string {
  if (step.kind === "call") return "{0, 0, 0}";
  if (step.buffers.length > MAX_BUFFERS) throw unsupported(target, `more than ${MAX_BUFFERS} buffers`);
  const text = `{${symbols[step.kernel]}, ${numbers.length}, ${step.buffers.length}}`;
  numbers.push(...step.buffers);
  return text;
}
