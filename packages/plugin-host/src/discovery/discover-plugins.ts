import { existsSync } from "node:fs";
import { join } from "node:path";
import type { HoduError } from "@hodu/core";
import type { Manifest } from "hodu-plugin-sdk";
import { listFolder } from "../list-folder.ts";
import type { ListedPlugin, PluginOrigin } from "../listed-plugin.ts";
import { type Known, PluginIndex } from "./plugin-index.ts";
import { type PackageFile, scanFolder } from "./scan-folder.ts";
import { isTrusted } from "./trusted-folders.ts";

/** Where plugins are looked for, beside those that are installed. */
export interface PluginPlaces {
  /** Folders of plugins, or of one, that the user named. */
  readonly named: readonly string[];
  /** The folder that the command runs in. */
  readonly project: string | undefined;
  /** Project folders that are trusted. */
  readonly trusted: ReadonlySet<string>;
  /** Where the index is kept; undefined: nowhere. */
  readonly index: string | undefined;
}

/** What there is before any plugin is loaded. */
export interface Discovery {
  /** Each id once: that of the first place. */
  readonly plugins: readonly ListedPlugin[];
  /** Those that another of the same id stands before. */
  readonly shadowed: readonly ShadowedPlugin[];
  readonly broken: readonly BrokenPlugin[];
  /** Project folders with packages whose plugins wait for the user's trust. */
  readonly untrusted: readonly string[];
}

export interface ShadowedPlugin {
  readonly plugin: ListedPlugin;
  readonly by: ListedPlugin;
}

/** A package that should be a plugin and is not; it never stops another. */
export interface BrokenPlugin {
  readonly folder: string;
  readonly origin: PluginOrigin;
  readonly error: HoduError;
}

/** Folders of a project that hold plugins. Those of the last are plugins only where they say so and are not private. */
export const PROJECT_FOLDERS = [
  { name: "hodu_plugins", onlyPublic: false },
  { name: "brainsmith_plugins", onlyPublic: false },
  { name: "plugins", onlyPublic: true },
] as const;

/** All plugins of the places, then those that are `installed`, then those that come `withHodu`, in the order in which they stand before one another. */
export async function discoverPlugins(
  places: PluginPlaces,
  installed: readonly ListedPlugin[],
  withHodu: readonly ListedPlugin[],
): Promise<Discovery> {
  const finder = new Finder(places.index);
  const named: ListedPlugin[] = [];
  for (const folder of places.named) named.push(...(await finder.find(folder, "path", false)));
  const project: ListedPlugin[] = [];
  const untrusted: string[] = [];
  for (const { name, onlyPublic } of places.project === undefined ? [] : PROJECT_FOLDERS) {
    const folder = join(places.project!, name);
    if (!existsSync(folder)) continue;
    if (isTrusted(places.project!, places.trusted)) project.push(...(await finder.find(folder, "project", onlyPublic)));
    else if (await finder.hasPlugins(folder, onlyPublic)) untrusted.push(folder);
  }
  finder.save();
  const ofHodu = new Map(withHodu.map((plugin) => [plugin.manifest.id, plugin]));
  const isKept = ({ manifest }: ListedPlugin): boolean => !ofHodu.has(manifest.id);
  const { plugins, shadowed } = firstOfEach([...named, ...project.filter(isKept), ...installed, ...withHodu]);
  const behindHodu = project
    .filter((plugin) => !isKept(plugin))
    .map((plugin) => ({ plugin, by: ofHodu.get(plugin.manifest.id)! }));
  return { plugins, shadowed: [...shadowed, ...behindHodu], broken: finder.broken, untrusted };
}

function firstOfEach(all: readonly ListedPlugin[]): Pick<Discovery, "plugins" | "shadowed"> {
  const first = new Map<string, ListedPlugin>();
  const shadowed: ShadowedPlugin[] = [];
  for (const plugin of all) {
    const by = first.get(plugin.manifest.id);
    if (by === undefined) first.set(plugin.manifest.id, plugin);
    else shadowed.push({ plugin, by });
  }
  return { plugins: [...first.values()], shadowed };
}

/** Finds the plugins of folders, with what is known of them from earlier starts. */
class Finder {
  readonly broken: BrokenPlugin[] = [];
  readonly #index: PluginIndex;

  constructor(index: string | undefined) {
    this.#index = new PluginIndex(index);
  }

  async find(folder: string, origin: PluginOrigin, onlyPublic: boolean): Promise<readonly ListedPlugin[]> {
    const found: ListedPlugin[] = [];
    for (const file of scanFolder(folder)) {
      const manifest = await this.#manifestOf(file, origin, onlyPublic);
      if (manifest !== undefined) found.push(listFolder({ manifest, folder: file.folder, origin }));
    }
    return found;
  }

  async hasPlugins(folder: string, onlyPublic: boolean): Promise<boolean> {
    for (const file of scanFolder(folder)) {
      const known = await this.#read(file);
      if (known.kind === "broken" || (known.kind === "plugin" && !(onlyPublic && known.isPrivate))) return true;
    }
    return false;
  }

  save(): void {
    this.#index.save();
  }

  /** What is broken is looked at again each time: it is to be mended. */
  async #read(file: PackageFile): Promise<Found> {
    const remembered = this.#index.get(file);
    if (remembered !== undefined) return remembered;
    const found = await readKnown(file);
    if (found.kind !== "broken") this.#index.set(file, found);
    return found;
  }

  async #manifestOf(file: PackageFile, origin: PluginOrigin, onlyPublic: boolean): Promise<Manifest | undefined> {
    const known = await this.#read(file);
    if (known.kind === "broken") this.broken.push({ folder: file.folder, origin, error: known.error });
    return known.kind === "plugin" && !(onlyPublic && known.isPrivate) ? known.manifest : undefined;
  }
}

type Found = Known | { readonly kind: "broken"; readonly error: HoduError };

/** What a package.json says. The rules of manifests are loaded only where the index does not know. */
async function readKnown({ folder }: PackageFile): Promise<Found> {
  const { checkManifest } = await import("../manifest/check-manifest.ts");
  const { readPackageJson } = await import("../manifest/read-package-json.ts");
  try {
    const found = Object(readPackageJson(folder)) as { readonly hodu?: unknown; readonly private?: unknown };
    if (found.hodu === undefined) return { kind: "other" };
    return { kind: "plugin", manifest: checkManifest(found, folder), isPrivate: found.private === true };
  } catch (error) {
    return { kind: "broken", error: error as HoduError };
  }
}
