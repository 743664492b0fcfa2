import { shellWord } from "hodu-plugin-sdk/node";
import type { ListedPlugin } from "../listed-plugin.ts";
import { shortName } from "../resolve/plugins-named.ts";

/** The command that installs a plugin anew from where it came; of one that is used in its own folder, the one that builds it there. */
export function installAgain({ manifest, folder, source }: Omit<ListedPlugin, "load">): string {
  if (folder === undefined) return "npm install -g hodu";
  const [, kind, path] = /^(local|file):(.*)$/s.exec(source ?? "") ?? [];
  if (kind === "local") return `hodu plugin install --path ${shellWord(path)} --force`;
  if (kind === "file") return `hodu plugin install --offline ${shellWord(path)} --force`;
  return source === undefined
    ? `hodu plugin test ${shellWord(folder)}`
    : `hodu plugin install ${shortName(manifest.id)} --force`;
}
