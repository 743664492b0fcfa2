import { appendFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { HoduError, quote } from "@hodu/core";
import type { Manifest } from "hodu-plugin-sdk";
import { writeError } from "hodu-plugin-sdk/node";
import type { BuildSandbox } from "../isolation/sandboxed-build.ts";
import type { Machine } from "../resolve/machine.ts";
import { buildError } from "./build-error.ts";
import { filesOf } from "./digest-folder.ts";
import { findTypeScript } from "./find-typescript.ts";
import { type BuildCommand, runBuild } from "./run-build.ts";

/** What a plugin is built with. */
export interface BuildOptions {
  readonly manifest: Manifest;
  /** The folder of its package, which is changed. */
  readonly folder: string;
  /** For finding faults: nothing is optimised, and places in the sources are kept. */
  readonly debug: boolean;
  /** Folders of the user's in which a TypeScript compiler may be. */
  readonly compilersIn: readonly string[];
  readonly logFile: string;
  readonly machine: Machine;
  readonly retry: string;
  readonly signal: AbortSignal;
  readonly held: number | undefined;
  /** Where it is held to what it needs, on machines that can; undefined: it is the author's own, and runs as the author. */
  readonly sandbox: BuildSandbox | undefined;
  readonly onLine: (line: string) => void;
}

/** The one build that a package declares; undefined: it comes built. */
export function declaredBuild({ program }: Manifest, folder: string): readonly string[] | undefined {
  if (program?.build !== undefined) return program.build;
  return existsSync(join(folder, "tsconfig.json")) ? ["tsc"] : undefined;
}

/** Builds a plugin by the one build that it declares. Scripts of npm are never run. Throws PLUGIN_BUILD, ABORTED, IO, CANNOT_CREATE. */
export async function buildPlugin(options: BuildOptions): Promise<void> {
  const { manifest, folder, logFile, retry, machine } = options;
  const build = declaredBuild(manifest, folder);
  if (build === undefined) return;
  await removeBuildInfo(folder);
  const command = manifest.program?.build === undefined ? typeScriptCommand(options) : declared(build, options);
  startLog(logFile, [command.command, ...command.arguments]);
  const { failure, output } = await runBuild(command);
  if (failure === undefined) return;
  appendFileSync(logFile, `\nIt ended with ${failure}.\n`);
  throw buildError({ manifest, failure, output, logFile, retry }, machine);
}

function typeScriptCommand(options: BuildOptions): BuildCommand {
  const compiler = findTypeScript(options.compilersIn);
  if (compiler === undefined) throw noCompiler(options);
  const choices = ["--sourceMap", String(options.debug), "--noEmitOnError", "--pretty", "false"];
  return commandOf(compiler.command, [...compiler.arguments, "-p", "tsconfig.json", ...choices], options);
}

function declared([program, ...rest]: readonly string[], options: BuildOptions): BuildCommand {
  return commandOf(/[/\\]/.test(program) ? join(options.folder, program) : program, rest, options);
}

function commandOf(command: string, args: readonly string[], options: BuildOptions): BuildCommand {
  const { folder, logFile, signal, held, sandbox, onLine, debug } = options;
  const environment = buildEnvironment(debug);
  return { command, arguments: args, folder, logFile, signal, held, sandbox, onLine, environment };
}

/** What of the environment a build sees: where tools are and how they are set up, and nothing that may be secret. */
const SEEN =
  /^(?:PATH|HOME|USER|LANG|LC_\w+|TMPDIR|TMP|TEMP|TERM|SYSTEMROOT|COMSPEC|PATHEXT|LOCALAPPDATA|APPDATA|USERPROFILE|PROGRAM(?:FILES|DATA).*|GO\w*|CGO_\w+|CC|CXX|CPP|AR|LD|(?:C|CXX|CPP|LD)FLAGS|LIBRARY_PATH|CPATH|C_INCLUDE_PATH|LD_LIBRARY_PATH|PKG_CONFIG\w*|CUDA_\w+|SDKROOT|DEVELOPER_DIR|MACOSX_DEPLOYMENT_TARGET|CARGO_HOME|RUSTUP_HOME|XDG_CACHE_HOME|SOURCE_DATE_EPOCH)$/i;

const DEBUG_FLAGS = { HODU_BUILD: "debug", CFLAGS: "-O0 -g", CXXFLAGS: "-O0 -g", GOFLAGS: "'-gcflags=all=-N -l'" };

function buildEnvironment(debug: boolean): Record<string, string> {
  const seen = Object.entries(process.env).flatMap(([name, value]) =>
    SEEN.test(name) && value !== undefined ? [[name, value] as const] : [],
  );
  return { ...Object.fromEntries(seen), ...(debug ? DEBUG_FLAGS : { HODU_BUILD: "release" }) };
}

/** What a compiler noted of an earlier build would let it build nothing. */
async function removeBuildInfo(folder: string): Promise<void> {
  for (const file of await filesOf(folder)) {
    if (file.endsWith(".tsbuildinfo") && !file.startsWith("node_modules/")) rmSync(join(folder, file));
  }
}

function startLog(file: string, command: readonly string[]): void {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, `$ ${command.join(" ")}\n`, { mode: 0o600 });
  } catch (cause) {
    throw writeError(file, cause);
  }
}

function noCompiler({ manifest }: BuildOptions): HoduError {
  return new HoduError(
    "PLUGIN_BUILD",
    `Cannot build plugin ${quote(manifest.id)}: it is written in TypeScript and no compiler is here, expected typescript beside Hodu, in this folder, in the plugin's, or tsc on PATH`,
    { hint: "npm install --global typescript", where: { plugin: manifest.id } },
  );
}
