import type { Manifest } from "./contracts/manifest.ts";

/** The members of a package.json that a manifest is made of. */
export interface PluginPackage {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly author: string;
  readonly license: string;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly hodu: Omit<Manifest, "id" | "version" | "description" | "author" | "license" | "sdk">;
}

/** The manifest that stands in the package.json of a plugin. Nothing is checked here. */
export function manifestOfPackage(found: PluginPackage): Manifest {
  const { name, version, description, author, license, peerDependencies, hodu } = found;
  return { id: name, version, description, author, license, sdk: peerDependencies["hodu-plugin-sdk"], ...hodu };
}
