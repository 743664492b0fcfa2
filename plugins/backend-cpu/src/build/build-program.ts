import type { CallContext, CompileOptions, CompilePhase, Dump } from "hodu-plugin-sdk";
import type { GeneratedCode, Program, ScheduleTarget } from "hodu-plugin-sdk/compiler";
import { C_TARGETS, type CFile, type CTarget, emitProgram } from "hodu-plugin-sdk/compiler/c";
import { encodeCode } from "../code.ts";
import { type Build, buildLibrary, writeAssembly } from "./build-library.ts";
import type { Compiler } from "./find-compiler.ts";
import { makeWorkFolder, removeWorkFolder } from "./work-folder.ts";

/**
 * Compiles a program. The files of the compiler are in a private temporary folder that is removed, unless it is below `workDir` or the
 * compiler failed. Throws UNSUPPORTED (emitProgram), BUILD_FAILED, IO and what the signal was aborted with.
 */
export async function buildProgram(
  program: Program,
  { name }: ScheduleTarget,
  compiler: Compiler,
  options: CompileOptions,
  context: CallContext,
): Promise<GeneratedCode> {
  const phases: CompilePhase[] = [];
  const target: CTarget = C_TARGETS[name as keyof typeof C_TARGETS];
  const sources = await timed(phases, "emit C", async () => emitProgram(program, target));
  const folder = await makeWorkFolder(options.workDir);
  const build: Build = { program: sources, target, compiler, folder, signal: context.signal };
  const files = sources.units.length === 1 ? "1 file" : `${sources.units.length} files`;
  context.log("debug", `compiling ${files} with ${compiler.path} in ${folder}`);
  let isKept = options.workDir !== undefined;
  try {
    const library = await timed(phases, `compile C with ${compiler.name}`, () => buildLibrary(build));
    const code = encodeCode({ platform: process.platform, arch: process.arch, target: name }, library);
    return { code, dumps: await dumpsOf(build, options), phases };
  } catch (error) {
    isKept ||= !context.signal.aborted;
    throw error;
  } finally {
    if (!isKept) await removeWorkFolder(folder);
  }
}

async function dumpsOf(build: Build, { dump = [] }: CompileOptions): Promise<readonly Dump[]> {
  const as = (stage: "source" | "assembly", files: readonly CFile[]): readonly Dump[] =>
    files.map(({ name, text }) => ({ stage, name, text }));
  const source = dump.includes("source") ? as("source", build.program.files) : [];
  return [...source, ...(dump.includes("assembly") ? as("assembly", await writeAssembly(build)) : [])];
}

async function timed<Result>(phases: CompilePhase[], name: string, work: () => Promise<Result>): Promise<Result> {
  const before = performance.now();
  const result = await work();
  phases.push({ name, milliseconds: performance.now() - before });
  return result;
}
