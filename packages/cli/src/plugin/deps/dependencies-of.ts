import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { ListedPlugin } from "@hodu/plugin-host";
import {
  findRequired,
  hasTool,
  readPackageJson,
  requirementsOf,
  satisfies,
  systemTool,
  thisMachine,
  toSemver,
  waysToInstall,
} from "@hodu/plugin-host/develop";
import { type Manifest, SDK_VERSION } from "hodu-plugin-sdk";
import { shellWord } from "hodu-plugin-sdk/node";

/** Something that a plugin needs. */
export interface Dependency {
  readonly kind: "sdk" | "system" | "plugin" | "package";
  readonly name: string;
  readonly range: string | undefined;
  /** The version that there is, or undefined where none is known. */
  readonly found: string | undefined;
  readonly isMet: boolean;
  readonly isOptional: boolean;
  /** What to type where it is not there. */
  readonly toInstall: readonly string[];
}

/** All that the plugin of a folder needs, and whether it is there. Throws MISSING_INPUT, BAD_PLUGIN, IO. */
export function dependenciesOf(
  manifest: Manifest,
  folder: string,
  plugins: readonly ListedPlugin[],
): readonly Dependency[] {
  return [sdkOf(manifest), ...systemOf(manifest), ...pluginsOf(manifest, plugins), ...packagesOf(folder)];
}

function sdkOf({ sdk }: Manifest): Dependency {
  const isMet = satisfies(SDK_VERSION, sdk);
  const toInstall = isMet ? [] : [`npm pkg set "peerDependencies.hodu-plugin-sdk=^${SDK_VERSION}"`];
  return { kind: "sdk", name: "hodu-plugin-sdk", range: sdk, found: SDK_VERSION, isMet, isOptional: false, toInstall };
}

function systemOf({ requires = {} }: Manifest): readonly Dependency[] {
  const machine = thisMachine();
  const look = (name: string, isOptional: boolean): Dependency => {
    const tool = systemTool(name);
    const isMet = hasTool(tool, machine);
    const toInstall = isMet ? [] : waysToInstall(tool, machine);
    return { kind: "system", name: tool.title, range: undefined, found: undefined, isMet, isOptional, toInstall };
  };
  return [
    ...(requires.system ?? []).map((name) => look(name, false)),
    ...(requires.optionalSystem ?? []).map((name) => look(name, true)),
  ];
}

function pluginsOf(manifest: Manifest, plugins: readonly ListedPlugin[]): readonly Dependency[] {
  const others = plugins.filter((plugin) => plugin.manifest.id !== manifest.id);
  return requirementsOf(manifest).map((requirement) => {
    const required = findRequired(requirement, others, thisMachine());
    const given = { kind: "plugin", name: requirement.text, range: requirement.range, isOptional: false } as const;
    if ("plugin" in required) {
      const { id, version } = required.plugin.manifest;
      return { ...given, found: `${id} ${version}`, isMet: true, toInstall: [] };
    }
    if (required.kind === "machine") return { ...given, found: "on this machine", isMet: true, toInstall: [] };
    return { ...given, found: required.found, isMet: false, toInstall: [required.hint] };
  });
}

interface NpmDependencies {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** Packages of npm, as Node finds them from the folder. */
function packagesOf(folder: string): readonly Dependency[] {
  const { dependencies = {}, optionalDependencies = {} } = Object(readPackageJson(folder)) as NpmDependencies;
  return Object.entries({ ...dependencies, ...optionalDependencies }).map(([name, given]) => {
    const range = String(given);
    const found = versionOf(folder, name);
    // what is no range of versions names a place: what lies there is it
    const isMet = found !== undefined && (toSemver(range) === undefined || satisfies(found, range));
    const toInstall = isMet ? [] : [`npm install --ignore-scripts --prefix ${shellWord(folder)}`];
    return {
      kind: "package",
      name,
      range,
      found,
      isMet,
      isOptional: Object.hasOwn(optionalDependencies, name),
      toInstall,
    };
  });
}

/** The version of an installed package, whether it exports its package.json or not; undefined where it says none. */
function versionOf(folder: string, name: string): string | undefined {
  const places = createRequire(join(folder, "package.json")).resolve.paths(name) ?? [];
  const place = places.map((path) => join(path, name)).find((path) => existsSync(join(path, "package.json")));
  if (place === undefined) return undefined;
  const { version } = Object(readPackageJson(place)) as { readonly version?: unknown };
  return typeof version === "string" ? version : undefined;
}
