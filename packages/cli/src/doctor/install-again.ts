import { type InstalledPlugin, type ListedPlugin, shortName } from "@hodu/plugin-host";
import { shellWord } from "hodu-plugin-sdk/node";

/** The command that installs a plugin anew from where it came. */
export function installAgain({ manifest, folder }: ListedPlugin, entry: InstalledPlugin | undefined): string {
  if (folder === undefined) return "npm install -g hodu";
  if (entry === undefined) return `hodu plugin install --path ${shellWord(folder)} --force`;
  const [, kind, path] = /^(local|file):(.*)$/s.exec(entry.source) ?? [];
  if (kind === "local") return `hodu plugin install --path ${shellWord(path)} --force`;
  if (kind === "file") return `hodu plugin install --offline ${shellWord(path)} --force`;
  return `hodu plugin install ${shortName(manifest.id)} --force`;
}
