import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { interpPlugin } from "@hodu/engine";
import { type BackendPlugin, type Manifest, manifestOfPackage, type Plugin, type PluginPackage } from "hodu-plugin-sdk";
import { UsageError } from "./options.ts";

/** A backend by its short or full name: the interpreter, or one of plugins/. Throws UsageError with the names that there are. */
export async function findBackend(name: string): Promise<BackendPlugin> {
  const offers = [
    { manifest: interpPlugin.manifest, load: async () => interpPlugin },
    ...bundledManifests().map((manifest) => ({ manifest, load: () => importPlugin(manifest.id) })),
  ];
  const known: string[] = [];
  for (const { manifest, load } of offers) {
    for (const component of manifest.components) {
      if (component.kind !== "backend" || !component.capabilities.includes("run")) continue;
      known.push(component.name);
      if (name !== component.name && name !== manifest.id) continue;
      return (await load()).backends![component.name];
    }
  }
  throw new UsageError(`Cannot run on backend "${name}": there is none of that name, expected ${known.join(" or ")}`);
}

function bundledManifests(): Manifest[] {
  return readdirSync("plugins")
    .map((folder) => join("plugins", folder, "package.json"))
    .filter((path) => existsSync(path))
    .map((path) => JSON.parse(readFileSync(path, "utf8")) as PluginPackage)
    .map(manifestOfPackage);
}

async function importPlugin(id: string): Promise<Plugin> {
  return ((await import(id)) as { readonly default: Plugin }).default;
}
