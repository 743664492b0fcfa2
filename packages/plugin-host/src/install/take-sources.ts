import { existsSync, mkdirSync, realpathSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { HoduError, quote } from "@hodu/core";
import type { EventSink } from "hodu-plugin-sdk";
import { writeError } from "hodu-plugin-sdk/node";
import { readPackageJson } from "../manifest/read-package-json.ts";
import type { PluginStore } from "../store/plugin-store.ts";
import { unpackInChild } from "./archive/unpack-in-child.ts";
import { byteProgress } from "./byte-progress.ts";
import { checkIntegrity } from "./check-integrity.ts";
import { dependenciesOf, isOurs } from "./copy-dependencies.ts";
import { CopyAllowance, type CopyOptions, copyTree, NO_SOURCES } from "./copy-tree.ts";
import type { InstallHost, InstallSource } from "./install-request.ts";
import { treeBytes } from "./tree-bytes.ts";

/**
 * Puts the sources of a plugin into a folder that is not there yet, with all that it depends on but the SDK. Throws MISSING_INPUT, POLICY,
 * BAD_PLUGIN, PLUGIN_DEPENDENCY, CANNOT_CREATE, IO, ABORTED.
 */
export async function takeSources(
  store: PluginStore,
  source: InstallSource,
  to: string,
  { signal, report, events }: Pick<InstallHost, "signal" | "report" | "events">,
): Promise<void> {
  const options = { allowance: new CopyAllowance(), signal };
  const path = existing(source.path);
  if (source.kind === "kept") await copyTree(path, to, options);
  else if (source.kind === "archive") {
    report.step(`Unpacking ${path}...`);
    if (source.integrity !== undefined) await checkIntegrity(path, source.integrity);
    makeFolder(to);
    await unpackInChild(path, to, { signal, progress: byteProgress(events, basename(path)) });
    refuseUnbundled(path, to);
  } else {
    const own = [store.home, store.plugins]
      .filter((folder) => existsSync(folder))
      .map((folder) => realpathSync(folder));
    await copyFolder(path, to, { ...options, without: own, withoutNames: NO_SOURCES }, events);
  }
}

/** Copies the plugin of a folder with what it depends on, and tells how far that is. */
async function copyFolder(from: string, to: string, options: CopyOptions, events: EventSink): Promise<void> {
  const copies = [{ from, to }, ...dependenciesOf(from, to)];
  const total = copies.reduce((sum, copy) => sum + treeBytes(copy.from, options), 0);
  const progress = byteProgress(events, basename(resolve(from)));
  let done = 0;
  const copied = (bytes: number): void => progress((done += bytes), Math.max(done, total));
  for (const copy of copies) await copyTree(copy.from, copy.to, { ...options, copied });
}

/** As plugins.json names a source. */
export function sourceLabel(source: InstallSource): string {
  if (source.kind === "kept") return source.label;
  return source.kind === "folder" ? `local:${realpathSync(source.path)}` : `file:${resolve(source.path)}`;
}

/** What is named must be there. Throws MISSING_INPUT. */
export function existing(path: string): string {
  if (existsSync(path)) return path;
  throw new HoduError("MISSING_INPUT", `Cannot install ${quote(path)}: there is no such file or folder`, {
    hint: "hodu plugin install --help",
    where: { file: path },
  });
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (cause) {
    throw writeError(path, cause);
  }
}

/** Nothing is downloaded for an archive: what it depends on must be in it. */
function refuseUnbundled(archive: string, folder: string): void {
  const { dependencies = {} } = Object(readPackageJson(folder)) as { readonly dependencies?: object };
  const missing = Object.keys(dependencies).find(
    (name) => !isOurs(name) && !existsSync(join(folder, "node_modules", name, "package.json")),
  );
  if (missing === undefined) return;
  throw new HoduError(
    "PLUGIN_DEPENDENCY",
    `Cannot install ${quote(archive)}: ${quote(missing)}, on which it depends, is not in it, expected all of its dependencies`,
    {
      hint: "npm pkg set bundleDependencies=true --json && npm pack (in the plugin's folder)",
      where: { file: archive },
    },
  );
}
