import { mkdirSync } from "node:fs";
import { totalmem } from "node:os";
import { dirname, join } from "node:path";
import { writeError } from "hodu-plugin-sdk/node";
import type { PluginProgram } from "../child/program.ts";
import { codeFolders, packagesAbove } from "./code-folders.ts";
import { MEMORY_SHARE } from "./limits.ts";
import { sandboxed } from "./sandboxed.ts";
import { toolchainOf } from "./toolchain.ts";
import { visiblePaths } from "./visible-paths.ts";

/** What a build is held to. */
export interface BuildSandbox {
  /** A folder for what it writes beside the package. */
  readonly scratch: string;
  /** Whether it has the network of the machine: the plugin asks for it. */
  readonly network: boolean;
}

/** What a build is given beside input and output, to be held as long as it lives: the folder of the change that is under way. */
const HELD_DESCRIPTOR = 3;

/** A program that builds the package in `folder`, with all the variables that it sees. */
export interface BuildProgram extends PluginProgram {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * The program in a sandbox of Linux: it writes the package and temporary files, reads compilers and libraries, and has the network only
 * where it was granted. Its home folder is an empty one. Throws POLICY where a tool for that is missing, CANNOT_CREATE, IO.
 */
export function sandboxedBuild(build: BuildProgram, { scratch, network }: BuildSandbox): PluginProgram {
  const { folder, environment } = build;
  const home = join(scratch, "home");
  makeFolder(home);
  const toolchain = toolchainOf(environment, home);
  const code = [...codeFolders(build, folder, true), ...compilerFolders(build), ...toolchain.folders];
  const paths = visiblePaths({ code, read: [], write: [folder, scratch], isNative: false });
  const own = { ...toolchain.environment, HOME: home, XDG_CACHE_HOME: join(home, ".cache"), TMPDIR: scratch };
  const program = { ...build, environment: { ...environment, ...own } };
  const maxMemory = totalmem() * MEMORY_SHARE;
  // What makes the sandbox holds it, and ends with all that is in it.
  return sandboxed(program, { paths, network, maxMemory, withoutDescriptors: [HELD_DESCRIPTOR] });
}

/** Where the TypeScript compiler is that Node runs, and what it consists of. */
function compilerFolders({ command, arguments: [script = ""] }: BuildProgram): readonly string[] {
  return command === process.execPath ? packagesAbove(dirname(script)) : [];
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (cause) {
    throw writeError(path, cause);
  }
}
