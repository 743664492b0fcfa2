import { realpathSync, symlinkSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Manifest } from "hodu-plugin-sdk";
import { writeError } from "hodu-plugin-sdk/node";
import { buildPlugin, declaredBuild } from "../install/build-plugin.ts";
import { CopyAllowance, copyTree, NO_SOURCES } from "../install/copy-tree.ts";
import { digestFolder } from "../install/digest-folder.ts";
import { pluginLibrary } from "../install/plugin-library.ts";
import { readManifest } from "../manifest/read-manifest.ts";
import { thisMachine } from "../resolve/this-machine.ts";
import { describeComponents } from "../store/describe-components.ts";
import type { InstalledPlugin } from "../store/installed-plugin.ts";
import { linkOwnSdk } from "./link-own-sdk.ts";

/** Sources of a plugin, and where one build of them goes. */
export interface GenerationRequest {
  /** The author's folder. */
  readonly source: string;
  /** A folder that is not there yet. */
  readonly target: string;
  readonly logFile: string;
  readonly signal: AbortSignal;
}

/** Names that are no sources of a plugin, or made of them. */
export function notSources(manifest: Manifest, folder: string): ReadonlySet<string> {
  const isCompiled = declaredBuild(manifest, folder)?.join(" ") === "tsc";
  return new Set([...NO_SOURCES, "__pycache__", ...(isCompiled ? ["dist"] : [])]);
}

/**
 * Builds a plugin in a copy of its folder, so that what is in use stays as it is until the new one is ready. The packages beside it are
 * shared. A build that fails leaves nothing. Throws as building does, and BAD_PLUGIN, POLICY, IO.
 */
export async function buildGeneration({
  source,
  target,
  logFile,
  signal,
}: GenerationRequest): Promise<InstalledPlugin> {
  try {
    const manifest = readManifest(source);
    linkOwnSdk(source);
    await copyTree(source, target, {
      allowance: new CopyAllowance(),
      signal,
      withoutNames: notSources(manifest, source),
    });
    linkPackages(source, target);
    await buildPlugin({
      manifest,
      folder: target,
      debug: true,
      compilersIn: [process.cwd(), source],
      logFile,
      machine: thisMachine(),
      retry: `hodu plugin dev ${source}`,
      signal,
      held: undefined,
      sandbox: undefined,
      onLine() {},
    });
    return await entryOf(manifest, source, target);
  } catch (error) {
    await rm(target, { recursive: true, force: true });
    throw error;
  }
}

function linkPackages(source: string, target: string): void {
  const link = join(target, "node_modules");
  try {
    symlinkSync(join(realpathSync(source), "node_modules"), link, "junction");
  } catch (cause) {
    throw writeError(link, cause);
  }
}

async function entryOf(manifest: Manifest, source: string, target: string): Promise<InstalledPlugin> {
  return {
    name: manifest.id,
    version: manifest.version,
    ...describeComponents(manifest),
    library: pluginLibrary(manifest, target),
    source: `local:${realpathSync(source)}`,
    installed_at: new Date().toISOString(),
    enabled: true,
    debug: true,
    folder: target,
    digest: await digestFolder(target),
    manifest,
  };
}
