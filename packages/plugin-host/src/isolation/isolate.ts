import { totalmem } from "node:os";
import type { Manifest } from "hodu-plugin-sdk";
import type { PluginProgram } from "../child/program.ts";
import { codeFolders } from "./code-folders.ts";
import { endingWithParent } from "./ending-with-parent.ts";
import { COMMON_VARIABLES } from "./environment.ts";
import { grantedPaths, makeWritable } from "./granted-paths.ts";
import type { Guards } from "./guards.ts";
import { guardsHere } from "./guards-here.ts";
import { MEMORY_SHARE } from "./limits.ts";
import { nodeFlags } from "./node-flags.ts";
import { provideSdk } from "./provide-sdk.ts";
import { sandboxed } from "./sandboxed.ts";
import { visiblePaths } from "./visible-paths.ts";

export interface IsolateOptions {
  /** Default: those of this machine. */
  readonly guards?: Guards;
  /** Bytes that the process may fill; default: most of the machine's memory. */
  readonly maxMemory?: number | undefined;
}

/**
 * The program of a plugin in `folder`, held to the permissions of its manifest as far as the machine can: `describePermissions` says how
 * far that is.
 */
export function isolate(
  program: PluginProgram,
  { permissions = {}, ...manifest }: Manifest,
  folder: string,
  { guards = guardsHere(), maxMemory }: IsolateOptions = {},
): PluginProgram {
  const isModule = manifest.program === undefined;
  const { read, write } = grantedPaths(permissions, folder);
  makeWritable(write);
  const code = codeFolders(program, folder, isModule);
  const sdk = isModule ? provideSdk(folder, guards) : { links: [], flags: [] };
  const flags = isModule ? nodeFlags({ permissions, guards, read: [...code, ...read], write, maxMemory }) : [];
  const cut = {
    ...program,
    arguments: [...flags, ...sdk.flags, ...program.arguments],
    inherits: [...COMMON_VARIABLES, ...(permissions.environment ?? [])],
  };
  const memory = maxMemory ?? totalmem() * MEMORY_SHARE;
  if (!guards.namespaces) return guards.endsWithParent ? endingWithParent(cut, memory) : cut;
  const paths = visiblePaths({ code, read, write, isNative: permissions.native === true });
  return sandboxed(cut, { paths, links: sdk.links, network: permissions.network === true, maxMemory: memory });
}
