import { RUNTIME_FILES } from "../generated/c-runtime.ts";
import type { Program, ProgramStep } from "../program/types.ts";
import { CLines } from "./c-lines.ts";
import { type CFile, emitC } from "./emit-c.ts";
import { MAX_BUFFERS, MAX_SINGLE_UNIT } from "./limits.ts";
import type { CTarget } from "./target.ts";
import { unsupported } from "./unsupported.ts";

/** The sources of a program. */
export interface CProgram {
  readonly files: readonly CFile[];
  /** Names of those to compile: with C_FLAGS and the flags of the target, side by side; they include the rest. */
  readonly units: readonly string[];
}

/** The files of the runtime that run a program, beside the headers of its kernels. */
const RUNTIME = ["pool.h", "run.h", "pool.c", "run.c"] as const;

/**
 * The C files of a whole program: its kernels (emitC), and program.c with the table of its steps and the runtime that runs them by
 * `hodu_run` (run.h), to be linked with the C library and its threads. The same program gives the same bytes. Throws UNSUPPORTED as
 * emitC does, and for a kernel of more than 4096 buffers.
 */
export function emitProgram({ kernels, steps }: Pick<Program, "kernels" | "steps">, target: CTarget): CProgram {
  const { files, symbols } = emitC(kernels, target);
  const runtime = RUNTIME.map((name) => ({ name, text: RUNTIME_FILES[name] }));
  const units = files.filter(({ name }) => name.endsWith(".c"));
  const included = units.length === 1 && units[0].text.length <= MAX_SINGLE_UNIT ? units : [];
  const program = { name: "program.c", text: programText(steps, symbols, included, target) };
  return {
    files: [...files, program, ...runtime],
    units: [...units.filter((unit) => !included.includes(unit)), program].map(({ name }) => name),
  };
}

function programText(
  steps: readonly ProgramStep[],
  symbols: readonly string[],
  included: readonly CFile[],
  target: CTarget,
): string {
  const lines = new CLines();
  for (const { name } of included) lines.line(`#include "${name}"`);
  for (const name of ["run.c", "pool.c"] as const) lines.line(`#include "${name}"`);
  lines.line("");
  for (const symbol of new Set(symbols))
    lines.line(`hodu_i32 ${symbol}(const hodu_host* host, void* const* buffers, const hodu_i64* sizes);`);
  const numbers: number[] = [];
  const table = (): void => {
    for (const step of steps) lines.line(`${stepText(step, symbols, numbers, target)},`);
    lines.line("{0, 0, 0}");
  };
  lines.block("const hodu_step hodu_steps[] =", table, ";");
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
