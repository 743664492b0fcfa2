import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { HoduError, quote } from "@hodu/core";
import { shellWord } from "hodu-plugin-sdk/node";
import { readPackageJson } from "../manifest/read-package-json.ts";
import { MAX_DEPENDENCIES } from "./limits.ts";

/** A package that is wanted by another, on the side that is copied from and on that which is copied to. */
interface Wanted {
  readonly name: string;
  readonly by: string;
  readonly into: string;
  readonly isOptional: boolean;
}

/** A folder, and where it is copied to. */
export interface PackageCopy {
  readonly from: string;
  readonly to: string;
}

interface Dependencies {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/**
 * What is to be copied so that the package in `from` has in the node_modules of `to` all that it depends on: from where Node would find it, as
 * npm has installed it, and the types that only its build needs. The SDK is none of it: the host gives its own. Throws PLUGIN_DEPENDENCY
 * for what is not there.
 */
export function dependenciesOf(from: string, to: string): readonly PackageCopy[] {
  const root = realpathSync(from);
  const placed = new Map<string, string>();
  const wanted = [...wantedBy(root, to), ...typesOf(root, to)];
  for (let next = wanted.shift(), count = 0; next !== undefined; next = wanted.shift()) {
    const { name, by, into, isOptional } = next;
    if (isOurs(name)) continue;
    const found = findPackage(by, name);
    if (found === undefined && isOptional) continue;
    if (found === undefined) throw missingError(from, by, name);
    const top = join(to, "node_modules", name);
    const place = (placed.get(top) ?? found) === found ? top : join(into, "node_modules", name);
    if (placed.has(place)) continue;
    placed.set(place, found);
    count += 1;
    if (count > MAX_DEPENDENCIES) throw tooMany(from);
    wanted.push(...wantedBy(found, place));
  }
  return [...placed].map(([place, found]) => ({ from: found, to: place }));
}

/** What the host gives every plugin. */
export const isOurs = (name: string): boolean => name === "hodu-plugin-sdk" || name.startsWith("@hodu/");

function wantedBy(folder: string, into: string): Wanted[] {
  const { dependencies, optionalDependencies = {} } = Object(readPackageJson(folder)) as Dependencies;
  const names = new Set([...Object.keys(dependencies ?? {}), ...Object.keys(optionalDependencies)]);
  return [...names].map((name) => ({ name, by: folder, into, isOptional: Object.hasOwn(optionalDependencies, name) }));
}

/** Of what is for development only its types, so that it can be built again. */
function typesOf(folder: string, into: string): Wanted[] {
  const { devDependencies } = Object(readPackageJson(folder)) as Dependencies;
  const names = Object.keys(devDependencies ?? {}).filter((name) => name.startsWith("@types/"));
  return names.map((name) => ({ name, by: folder, into, isOptional: true }));
}

/** Where Node finds a package from a folder. */
function findPackage(by: string, name: string): string | undefined {
  if (!/^(?:@[\w.~-]+\/)?[\w.~-]+$/.test(name) || name.startsWith(".")) return undefined;
  for (let folder = by; ; folder = dirname(folder)) {
    const place = join(folder, "node_modules", name);
    if (existsSync(join(place, "package.json"))) return realpathSync(place);
    if (folder === dirname(folder)) return undefined;
  }
}

function missingError(from: string, by: string, name: string): HoduError {
  return new HoduError(
    "PLUGIN_DEPENDENCY",
    `Cannot install the plugin in ${quote(from)}: ${quote(name)}, on which it depends, is in no node_modules, expected it installed`,
    {
      hint: `npm install --ignore-scripts --prefix ${shellWord(from)}`,
      where: { file: join(by, "package.json"), field: "dependencies" },
    },
  );
}

function tooMany(from: string): HoduError {
  return new HoduError(
    "POLICY",
    `Cannot install the plugin in ${quote(from)}: it depends on more than ${MAX_DEPENDENCIES} packages, expected fewer`,
    { hint: `npm ls --all --prefix ${shellWord(from)}`, where: { file: from } },
  );
}
