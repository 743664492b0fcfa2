import { quote } from "@hodu/core";
import type { Kernel } from "@hodu/core/kernel-ir";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import type { Local } from "../assembler/local-pool.ts";
import type { ModuleBuilder } from "../assembler/module-builder.ts";
import type { FunctionHandle } from "../assembler/wasm-module.ts";
import { splitArrays } from "../../c/split-arrays.ts";
import { valueOf } from "./expression.ts";
import type { Phase } from "./phases.ts";
import { Scope } from "./scope.ts";
import { writeStatements, writeTurns } from "./statement.ts";
import type { WasmTarget } from "./target.ts";
import { pushLocal, scalarValue } from "./value.ts";

/** Parameters behind those of buffers and sizes: the thread's memory for arrays, and the turns from where to where. */
const LAST_PARAMETERS = ["stack", "begin", "end"] as const;

/** How many parameters a phase of a kernel has. */
export const parameterCount = ({ buffers, sizes }: Kernel): number =>
  buffers.length + sizes.length + LAST_PARAMETERS.length;

/** Assembles one phase of a verified kernel under a name of ours; gives the function, and the bytes of the thread's memory that it needs. */
export function definePhase(
  module: ModuleBuilder,
  name: string,
  kernel: Kernel,
  phase: Phase,
  target: WasmTarget,
): { readonly handle: FunctionHandle; readonly stackBytes: number } {
  const names = [
    ...kernel.buffers.map((_, i) => `buffer${i}`),
    ...kernel.sizes.map((_, i) => `size${i}`),
    ...LAST_PARAMETERS,
  ];
  const params = names.map(() => "i32" as const);
  const handle: FunctionHandle = module.addFunction(name, { params, results: ["i32"] }, names);
  let stackBytes = 0;
  module.define(handle, (code, ...locals) => {
    code.comment(originText(kernel.origin));
    const scope = scopeOf(code, locals, kernel, target);
    writePhase(phase, locals.slice(-2), scope);
    code.i32.const(0);
    stackBytes = scope.stackBytes;
  });
  return { handle, stackBytes };
}

/** Source nodes named in a comment: a fused kernel may stand for hundreds. */
const SHOWN_ORIGINS = 16;

function originText(origin: readonly string[]): string {
  const shown = origin.slice(0, SHOWN_ORIGINS).map((name) => quote(name));
  return ["of", ...shown, ...(origin.length > SHOWN_ORIGINS ? ["..."] : [])].join(" ");
}

function scopeOf(code: FunctionBuilder, locals: readonly Local[], kernel: Kernel, target: WasmTarget): Scope {
  const buffers = new Map(kernel.buffers.map((buffer, i) => [buffer.name, { buffer, base: locals[i] }]));
  const stack = locals[locals.length - LAST_PARAMETERS.length];
  const scope = new Scope(code, target, buffers, stack, splitArrays(kernel), valueOf);
  kernel.sizes.forEach((size, i) =>
    scope.declare(size, scalarValue("index", pushLocal(code, locals[kernel.buffers.length + i]))),
  );
  return scope;
}

function writePhase({ statements, split }: Phase, [begin, end]: readonly Local[], scope: Scope): void {
  if (split === undefined) {
    writeStatements(statements, scope);
    return;
  }
  writeStatements(statements.slice(0, -1), scope);
  scope.statement(() => writeTurns(split.loop, pushLocal(scope.code, begin), pushLocal(scope.code, end), scope));
}
