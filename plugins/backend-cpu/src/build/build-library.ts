import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { HoduError } from "hodu-plugin-sdk";
import type { CFile, CTarget } from "hodu-plugin-sdk/compiler/c";
import { availableThreads } from "hodu-plugin-sdk/node";
import { buildFailed } from "./build-failed.ts";
import { compileFlags, linkFlags } from "./compiler-flags.ts";
import { eachAtMost } from "./each-at-most.ts";
import type { Compiler } from "./find-compiler.ts";
import { runCompiler } from "./run-compiler.ts";

/** What is built, with what, where. */
export interface Build {
  readonly files: readonly CFile[];
  readonly target: CTarget;
  readonly compiler: Compiler;
  /** A folder of its own. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

const LIBRARY = "program.so";
const LOG = "compile.log";

/**
 * Compiles the C files of a program side by side and links them into a shared library. The folder gets the sources, the objects, the
 * library and a log of all commands. Throws BUILD_FAILED, IO and what the signal was aborted with.
 */
export async function buildLibrary(build: Build): Promise<Uint8Array> {
  const sources = await writeSources(build);
  const objectOf = (name: string): string => name.replace(/c$/, "o");
  await eachAtMost(availableThreads(), sources, ({ name, text }) =>
    call(build, [...compileFlags(build.target), "-c", name, "-o", objectOf(name)], text),
  );
  const objects = sources.map(({ name }) => objectOf(name)).sort();
  await call(build, linkFlags(objects, LIBRARY));
  return readFile(join(build.folder, LIBRARY));
}

/** The files as the compiler writes them for its assembler. */
export async function writeAssembly(build: Build): Promise<readonly CFile[]> {
  const kernels = build.files.filter(({ name }) => /^kernels_\d+\.c$/.test(name));
  const texts = new Map<string, string>();
  await eachAtMost(availableThreads(), kernels, async ({ name, text }) => {
    const assembly = name.replace(/c$/, "s");
    await call(build, [...compileFlags(build.target), "-S", name, "-o", assembly], text);
    texts.set(assembly, await readFile(join(build.folder, assembly), "utf8"));
  });
  return [...texts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, text]) => ({ name, text }));
}

/** Writes all files; gives those to compile, the longest first, so that no thread is left with a long one at the end. */
async function writeSources({ files, folder }: Build): Promise<readonly CFile[]> {
  try {
    for (const { name, text } of files) await writeFile(join(folder, name), text);
  } catch (cause) {
    throw new HoduError("IO", `Cannot write the sources of the model to ${folder}: ${(cause as Error).message}`, {
      cause,
    });
  }
  const sources = files.filter(({ name }) => name.endsWith(".c"));
  return sources.toSorted((a, b) => b.text.length - a.text.length);
}

/** Runs the compiler once. What it prints goes to the log. */
async function call({ compiler, folder, signal }: Build, flags: readonly string[], source?: string): Promise<void> {
  const end = await runCompiler(compiler.path, flags, folder, signal);
  const log = join(folder, LOG);
  const text = `${compiler.path} ${flags.join(" ")}\n${end.output}${end.status === 0 ? "" : `ended: ${end.status}\n`}`;
  await appendFile(log, text).catch(() => {});
  if (end.status !== 0) throw buildFailed({ compiler: compiler.path, flags, source }, end, log);
}
