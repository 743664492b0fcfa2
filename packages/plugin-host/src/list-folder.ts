import { join } from "node:path";
import type { Manifest, Plugin } from "hodu-plugin-sdk";
import { checkProgram } from "./child/check-program.ts";
import { nodeProgram, type PluginProgram } from "./child/program.ts";
import { folderState } from "./folder-state.ts";
import type { IsolateOptions } from "./isolation/isolate.ts";
import type { ListedPlugin, PluginOrigin } from "./listed-plugin.ts";
import { type ChildOptions, loadInChild } from "./load-in-child.ts";
import { loadInProcess } from "./load-in-process.ts";
import { readPackageJson } from "./manifest/read-package-json.ts";
import { packageEntry } from "./package-entry.ts";

/** How the plugin of a folder is listed and loaded. */
export interface FolderPlugin extends ChildOptions, IsolateOptions {
  readonly manifest: Manifest;
  readonly folder: string;
  readonly origin: PluginOrigin;
  /** Where it was installed from. */
  readonly source?: string;
  /** Of what was installed. */
  readonly digest?: string;
  /** Import its module into this process: only where the user said so. */
  readonly inProcess?: boolean;
}

/** A plugin that is a package in a folder: it runs in a process of its own, unless the user wants it in this one. */
export function listFolder({
  manifest,
  folder,
  origin,
  source,
  digest,
  inProcess,
  ...child
}: FolderPlugin): ListedPlugin {
  const isWithin = !isApart(manifest, inProcess === true);
  return {
    manifest,
    origin,
    folder,
    ...(source !== undefined && { source }),
    ...(digest === undefined ? { state: () => folderState(folder) } : { digest }),
    ...(!isWithin && { isApart: true }),
    load: async () =>
      isWithin
        ? loadInProcess(manifest, () => importFrom(folder))
        : loadInChild(manifest, await isolated(manifest, folder, child), child),
  };
}

/** Whether a plugin runs in a process of its own: a program does, whatever its user said. */
export const isApart = ({ program }: Manifest, inProcess: boolean): boolean => !inProcess || program !== undefined;

async function importFrom(folder: string): Promise<Plugin> {
  const entry = packageEntry(folder, readPackageJson(folder));
  await (await import("./isolation/provide-sdk.ts")).provideSdkHere(folder);
  return ((await import(entry.href)) as { readonly default: Plugin }).default;
}

async function isolated(manifest: Manifest, folder: string, options: IsolateOptions): Promise<PluginProgram> {
  // What lists plugins does not pay for what holds them.
  const { isolate } = await import("./isolation/isolate.ts");
  return isolate(programOf(manifest, folder), manifest, folder, options);
}

/** The program that serves a plugin: its own, or Node with its module. Throws BAD_PLUGIN for one of its own that cannot be run. */
function programOf({ id, program }: Manifest, folder: string): PluginProgram {
  if (program === undefined) return { ...nodeProgram(packageEntry(folder, readPackageJson(folder))), folder };
  const { command, arguments: given = [] } = program;
  if (!/[/\\]/.test(command)) return { command, arguments: given, folder };
  checkProgram(join(folder, command), id);
  return { command: join(folder, command), arguments: given, folder };
}
