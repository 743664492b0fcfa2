import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { C_FLAGS, type CTarget, emitC } from "@hodu/compiler/c";
import type { ElementArray, Kernel } from "@hodu/core/kernel-ir";

const run = promisify(execFile);
const DRIVER = fileURLToPath(new URL("driver.c", import.meta.url));

/** Every warning is an error, in generated code and in the driver. */
export const WARNINGS = ["-Wall", "-Wextra", "-Werror"];

/** How a program is made. */
export interface Build {
  readonly compiler: string;
  readonly target: CTarget;
  readonly flags: readonly string[];
}

/** One call of a kernel: its memory before, and the values of its sizes. */
export interface Call {
  readonly kernel: Kernel;
  readonly buffers: readonly ElementArray[];
  readonly sizes: readonly number[];
}

/** What a call left. */
export interface Answer {
  readonly status: number;
  readonly buffers: readonly ElementArray[];
}

/** Whether a compiler can be started. */
export const hasCompiler = (name: string): boolean => spawnSync(name, ["--version"]).status === 0;

/** Whether this processor runs code for a target. */
export function runsHere(target: CTarget): boolean {
  const flags = readFileSync("/proc/cpuinfo", "utf8");
  const needed = target.requires.map((macro) => macro.replaceAll("__", "").toLowerCase());
  return needed.every((name) => flags.includes(name === "avx512vnni" ? "avx512_vnni" : name));
}

/** Compiles the kernels of the calls into one program and runs all calls. Throws what the compiler or the program says. */
export async function callAll(calls: readonly Call[], { compiler, target, flags }: Build): Promise<readonly Answer[]> {
  const folder = mkdtempSync(join(tmpdir(), "hodu-c-"));
  try {
    const { files, symbols } = emitC(
      calls.map(({ kernel }) => kernel),
      target,
    );
    for (const { name, text } of files) writeFileSync(join(folder, name), text);
    writeFileSync(join(folder, "table.c"), tableOf(symbols));
    const sources = files.map(({ name }) => name).filter((name) => name.endsWith(".c"));
    const all = [...C_FLAGS, ...target.flags, ...WARNINGS, ...flags];
    const program = join(folder, "program");
    const texts = [...sources, "table.c", DRIVER];
    const half = Math.ceil(texts.length / 2);
    const compile = (some: readonly string[]): Promise<unknown> =>
      run(compiler, [...all, "-I.", "-c", ...some], { cwd: folder });
    await Promise.all([compile(texts.slice(0, half)), compile(texts.slice(half))]);
    const objects = texts.map((text) => basename(text).replace(/c$/, "o"));
    await run(compiler, [...all, ...objects, "-o", program, "-lm"], { cwd: folder });
    writeFileSync(join(folder, "in"), encodeCalls(calls));
    await run(program, ["in", "out"], { cwd: folder, env: { UBSAN_OPTIONS: "halt_on_error=1:print_stacktrace=1" } });
    return decodeAnswers(calls, readFileSync(join(folder, "out")));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function tableOf(symbols: readonly string[]): string {
  const names = [...new Set(symbols)];
  const declarations = names.map((name) => `hodu_i32 ${name}(const hodu_host*, void* const*, const hodu_i64*);\n`);
  return `#include "hodu.h"
${declarations.join("")}
typedef hodu_i32 (*kernel)(const hodu_host*, void* const*, const hodu_i64*);
extern const kernel table[];
const kernel table[] = {${symbols.join(", ")}};
`;
}

function encodeCalls(calls: readonly Call[]): Buffer {
  const parts = calls.flatMap(({ buffers, sizes }, i) => [
    Buffer.from(BigInt64Array.from([i, sizes.length, buffers.length, ...sizes], BigInt).buffer),
    ...buffers.flatMap((buffer) => [Buffer.from(BigInt64Array.of(BigInt(buffer.byteLength)).buffer), bytesOf(buffer)]),
  ]);
  return Buffer.concat(parts);
}

function decodeAnswers(calls: readonly Call[], bytes: Buffer): readonly Answer[] {
  let at = 0;
  const take = (length: number): Buffer => bytes.subarray(at, (at += length));
  return calls.map(({ buffers }) => ({
    status: Number(take(8).readBigInt64LE()),
    buffers: buffers.map((buffer) => {
      const copy = buffer.slice();
      bytesOf(copy).set(take(buffer.byteLength));
      return copy;
    }),
  }));
}

const bytesOf = (array: ElementArray): Buffer => Buffer.from(array.buffer, array.byteOffset, array.byteLength);
