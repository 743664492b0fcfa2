import { existsSync, readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { PluginProgram } from "../child/program.ts";
import { isWithin } from "../is-within.ts";
import { MAX_SDK_PACKAGES } from "./limits.ts";
import { programPath } from "./program-path.ts";

/** What a program and its plugin's code are read from: the program's own files, the plugin's folder, packages above it, and the SDK. */
export function codeFolders({ command }: PluginProgram, folder: string, isModule: boolean): readonly string[] {
  return [folder, ...programFolders(command, folder), ...(isModule ? [...packagesAbove(folder), ...sdkFolders()] : [])];
}

let sdk: readonly string[] | undefined;

/** The SDK and the packages that it is made of, wherever npm has put them. */
function sdkFolders(): readonly string[] {
  sdk ??= packagesOf("hodu-plugin-sdk", import.meta.url);
  return sdk;
}

function packagesOf(name: string, from: string): readonly string[] {
  const found = new Set<string>();
  const waiting: { name: string; from: string }[] = [{ name, from }];
  for (let next = waiting.pop(); next !== undefined && found.size < MAX_SDK_PACKAGES; next = waiting.pop()) {
    const folder = packageFolder(next.name, next.from);
    if (folder === undefined || found.has(folder)) continue;
    found.add(folder);
    for (const above of packagesAbove(folder)) found.add(above);
    const file = join(folder, "package.json");
    const { dependencies = {} } = JSON.parse(readFileSync(file, "utf8")) as {
      readonly dependencies?: Readonly<Record<string, string>>;
    };
    waiting.push(...Object.keys(dependencies).map((one) => ({ name: one, from: file })));
  }
  return [...found];
}

function packageFolder(name: string, from: string): string | undefined {
  const places = createRequire(from).resolve.paths(name) ?? [];
  const folder = places.map((place) => join(place, name)).find((place) => existsSync(join(place, "package.json")));
  return folder && realpathSync(folder);
}

/** Folders of packages in which Node looks for what a folder's code imports. */
export function packagesAbove(folder: string): readonly string[] {
  return foldersAbove(folder)
    .map((above) => join(above, "node_modules"))
    .filter((path) => existsSync(path));
}

/** A folder and those that it is in, up to the root. */
export function foldersAbove(folder: string): readonly string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...foldersAbove(above)];
}

/** An interpreter and its libraries: the folder above the one that it is in (`~/.pyenv` of `~/.pyenv/shims/python3`). */
function programFolders(command: string, folder: string): readonly string[] {
  const path = programPath(command);
  if (path === undefined || isWithin(path, folder)) return [];
  return [path, realpathSync(path)].flatMap((place) => {
    const folders = programFolder(dirname(place));
    return folders.length === 0 ? [place] : folders;
  });
}

/** A folder of programs with their libraries: the one above it, or, where that holds other things, `lib` beside it. None for the home folder. */
export function programFolder(own: string): readonly string[] {
  const above = dirname(own);
  if (!isTooWide(above)) return [above];
  return isTooWide(own) ? [] : [own, join(above, "lib")];
}

/** The home folder, what is above it, what others keep their data in, and where cargo keeps credentials. */
function isTooWide(folder: string): boolean {
  const home = homedir();
  return isWithin(home, folder) || [join(home, ".local"), cargoHome()].includes(folder);
}

/** Where cargo keeps its programs, packages and settings. */
export const cargoHome = (own = process.env.CARGO_HOME): string => resolve(own ?? join(homedir(), ".cargo"));
