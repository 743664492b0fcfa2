import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { HoduError } from "hodu-plugin-sdk";
import type { CFile, CProgram, CTarget } from "hodu-plugin-sdk/compiler/c";
import { availableThreads } from "hodu-plugin-sdk/node";
import { buildFailed } from "./build-failed.ts";
import { compileFlags, linkFlags } from "./compiler-flags.ts";
import { eachAtMost } from "./each-at-most.ts";
import type { Compiler } from "./find-compiler.ts";
import { runCompiler } from "./run-compiler.ts";

/** What is built, with what, where. */
export interface Build {
  readonly program: CProgram;
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
  const units = await writeSources(build);
  const compile = compileFlags(build.target);
  if (units.length === 1) await call(build, [...compile, ...linkFlags([units[0].name], LIBRARY)]);
  else await compileAndLink(build, units);
  return readFile(join(build.folder, LIBRARY));
}

async function compileAndLink(build: Build, units: readonly CFile[]): Promise<void> {
  const objectOf = ({ name }: CFile): string => name.replace(/c$/, "o");
  await eachAtMost(availableThreads(), units, (unit) =>
    call(build, [...compileFlags(build.target), "-c", unit.name, "-o", objectOf(unit)]),
  );
  await call(build, linkFlags(units.map(objectOf).sort(), LIBRARY));
}

/** The files as the compiler writes them for its assembler. */
export async function writeAssembly(build: Build): Promise<readonly CFile[]> {
  const kernels = build.program.files.filter(({ name }) => /^kernels_\d+\.c$/.test(name));
  const texts = new Map<string, string>();
  await eachAtMost(availableThreads(), kernels, async (kernel) => {
    const assembly = kernel.name.replace(/c$/, "s");
    await call(build, [...compileFlags(build.target), "-S", kernel.name, "-o", assembly]);
    texts.set(assembly, await readFile(join(build.folder, assembly), "utf8"));
  });
  return [...texts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, text]) => ({ name, text }));
}

/** Writes all files; gives those to compile, the longest first, so that no thread is left with a long one at the end. */
async function writeSources({ program: { files, units }, folder }: Build): Promise<readonly CFile[]> {
  try {
    for (const { name, text } of files) await writeFile(join(folder, name), text);
  } catch (cause) {
    const why = (cause as Error).message;
    throw new HoduError("IO", `Cannot write the sources of the model to ${folder}: ${why}`, { cause });
  }
  return files.filter(({ name }) => units.includes(name)).toSorted((a, b) => b.text.length - a.text.length);
}

/** Runs the compiler once. What it prints goes to the log. */
async function call({ program, compiler, folder, signal }: Build, flags: readonly string[]): Promise<void> {
  const end = await runCompiler(compiler.path, flags, folder, signal);
  const log = join(folder, LOG);
  const text = `${compiler.path} ${flags.join(" ")}\n${end.output}${end.status === 0 ? "" : `ended: ${end.status}\n`}`;
  await appendFile(log, text).catch(() => {});
  if (end.status !== 0) throw buildFailed({ compiler: compiler.path, flags }, end, program.files, log);
}
