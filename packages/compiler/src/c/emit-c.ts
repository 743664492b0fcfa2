import type { Kernel } from "@hodu/core/kernel-ir";
import { RUNTIME_FILES } from "../generated/c-runtime.ts";
import { CLines } from "./c-lines.ts";
import { kernelText, SYMBOL } from "./kernel.ts";
import { CHARACTERS_PER_FILE, KERNELS_PER_FILE } from "./limits.ts";
import { originComment } from "./origin-comment.ts";
import { Prelude } from "./prelude.ts";
import type { CTarget } from "./target.ts";

/** A source file. */
export interface CFile {
  readonly name: string;
  readonly text: string;
}

/** C sources, and the function of each kernel in the order given; equal kernels share one. */
export interface CSources {
  /** hodu.h and what it includes, then files that can be compiled one by one with C_FLAGS and the flags of the target. */
  readonly files: readonly CFile[];
  readonly symbols: readonly string[];
}

/** One function, with what it needs of hodu.h and all source nodes that it stands for. */
interface CFunction {
  readonly symbol: string;
  readonly text: string;
  readonly needs: readonly string[];
  readonly origins: string[];
}

/** The headers that every file is compiled beside. */
const HEADERS = ["hodu.h", "hodu-float.h"] as const;

/**
 * Kernels as C for a target. They must have been verified. The same kernels give the same bytes, and no name of the IR or of the model is
 * an identifier; origins stand in comments, escaped. Each function is `int name(const hodu_host*, void* const* buffers, const int64_t*
 * sizes)`: buffers and sizes in the kernel's order, the status as result, parallel loops through the host (NULL: on the caller's thread).
 * Throws UNSUPPORTED for barriers and for kernels that are too large.
 */
export function emitC(kernels: readonly Kernel[], target: CTarget): CSources {
  const functions = new Map<string, CFunction>();
  const symbols = kernels.map((kernel) => {
    const prelude = new Prelude(target);
    const text = kernelText(kernel, prelude);
    const symbol = `hodu_kernel_${functions.size}`;
    const found = functions.get(text) ?? { symbol, text, needs: prelude.lines, origins: [] };
    functions.set(text, found);
    found.origins.push(...kernel.origin);
    return found.symbol;
  });
  const headers = HEADERS.map((name) => ({ name, text: RUNTIME_FILES[name] }));
  const files = inFiles([...functions.values()]).map((some, i): CFile => {
    return { name: `kernels_${i}.c`, text: fileText(some, target) };
  });
  return { symbols, files: [...headers, ...files] };
}

/** The functions of each file, in order. */
function inFiles(functions: readonly CFunction[]): readonly (readonly CFunction[])[] {
  const files: CFunction[][] = [];
  let characters = Infinity;
  for (const each of functions) {
    if (characters > CHARACTERS_PER_FILE || files[files.length - 1].length === KERNELS_PER_FILE) {
      files.push([]);
      characters = 0;
    }
    files[files.length - 1].push(each);
    characters += each.text.length;
  }
  return files;
}

function fileText(functions: readonly CFunction[], target: CTarget): string {
  const lines = new CLines();
  lines.line('#include "hodu.h"');
  lines.line("");
  for (const macro of target.requires)
    for (const line of [`#ifndef ${macro}`, `#error "this file is for ${target.name}"`, "#endif"]) lines.line(line);
  for (const need of new Set(functions.flatMap(({ needs }) => needs))) lines.line(need);
  const kernels = functions.map(
    ({ symbol, text, origins }) => `\n${originComment(origins)}\n${text.replaceAll(SYMBOL, symbol)}`,
  );
  return lines.toString() + kernels.join("");
}
