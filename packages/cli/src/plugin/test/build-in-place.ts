import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildPlugin, declaredBuild, linkOwnSdk, thisMachine } from "@hodu/plugin-host/develop";
import { logFile, type PluginStore } from "@hodu/plugin-host";
import type { Manifest } from "hodu-plugin-sdk";

/** A plugin in its author's folder. */
export interface OwnPlugin {
  readonly manifest: Manifest;
  readonly folder: string;
}

/** Where a plugin is built, and what is told of it. */
export interface BuildInPlace {
  readonly store: PluginStore | undefined;
  readonly debug: boolean;
  /** The command that builds, as messages repeat it. */
  readonly retry: string;
  readonly signal: AbortSignal;
}

/** Builds a plugin in its author's folder, as an install would. False: there is nothing to build. Throws PLUGIN_BUILD, ABORTED, IO. */
export async function buildInPlace({ manifest, folder }: OwnPlugin, options: BuildInPlace): Promise<boolean> {
  linkOwnSdk(folder);
  if (declaredBuild(manifest, folder) === undefined) return false;
  await buildPlugin({
    manifest,
    folder,
    debug: options.debug,
    compilersIn: [process.cwd(), folder],
    logFile: logOf(options.store, manifest.id, "-build"),
    machine: thisMachine(),
    retry: options.retry,
    signal: options.signal,
    held: undefined,
    sandbox: undefined,
    onLine() {},
  });
  return true;
}

/** Where the log of a plugin is kept that need not be installed. */
export function logOf(store: PluginStore | undefined, id: string, kind = ""): string {
  return logFile({ home: store?.home ?? join(tmpdir(), "hodu") }, id, kind);
}
