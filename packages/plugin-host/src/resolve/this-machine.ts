import { accessSync, constants, readdirSync, readFileSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { MAX_PKG_CONFIG_BYTES } from "./limits.ts";
import type { Machine } from "./machine.ts";

/** Where systems keep shared libraries, and what says their versions. */
const LIBRARY_FOLDERS = [
  "/usr/local/lib",
  "/usr/lib",
  "/usr/lib64",
  "/lib",
  `/usr/lib/${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu`,
  "/opt/homebrew/lib",
  "/usr/local/cuda/lib64",
];

/** This machine, by its files alone: no program is started. */
export function thisMachine(environment: NodeJS.ProcessEnv = process.env): Machine {
  const path = (environment.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const libraryPath = (environment.LD_LIBRARY_PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const folders = [...libraryPath, ...LIBRARY_FOLDERS];
  const library = (name: string): string | undefined => libraryVersion(folders, name);
  return {
    library,
    has: (name) => isName(name) && (isProgram(path, name) || library(name) !== undefined),
  };
}

/** A name is part of paths here: one with a separator is none. */
const isName = (name: string): boolean => /^[\w.+-]+$/.test(name) && !name.startsWith(".");

function isProgram(folders: readonly string[], name: string): boolean {
  const endings = process.platform === "win32" ? [".exe", ".cmd", ".bat", ""] : [""];
  return folders.some((folder) => endings.some((ending) => isExecutable(join(folder, name + ending))));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

function libraryVersion(folders: readonly string[], name: string): string | undefined {
  if (!isName(name)) return undefined;
  const told = [...folders, "/usr/share"].map((folder) => toldVersion(join(folder, "pkgconfig", `${name}.pc`)));
  return told.find((version) => version !== undefined) ?? versionOfFile(folders, name);
}

/** The version in a .pc file. */
function toldVersion(file: string): string | undefined {
  try {
    if (statSync(file).size > MAX_PKG_CONFIG_BYTES) return undefined;
    return /^Version:[ \t]*(\S+)/m.exec(readFileSync(file, "utf8"))?.[1] ?? "";
  } catch {
    return undefined;
  }
}

/** The longest version in the names of a library's files: `libopenblas.so.0.3.21`. */
function versionOfFile(folders: readonly string[], name: string): string | undefined {
  const versions = folders
    .flatMap((folder) => filesOf(folder))
    .flatMap((file) => {
      const isOurs =
        file.startsWith(`lib${name}.`) && /^\.(?:so|dylib|[\d.]+\.dylib)/.test(file.slice(name.length + 3));
      return isOurs ? [/(\d+(?:\.\d+)*)(?:\.dylib)?$/.exec(file)?.[1] ?? ""] : [];
    });
  return versions.reduce<string | undefined>((a, b) => (a === undefined || b.length > a.length ? b : a), undefined);
}

function filesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
