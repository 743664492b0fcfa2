import { resolve } from "node:path";
import { readManifest } from "@hodu/plugin-host/develop";
import { openConfig } from "../../config/config.ts";
import { expandHome } from "../../config/hodu-home.ts";
import { checkLine, type Standing } from "../../plugin/check-line.ts";
import { dependenciesOf, type Dependency } from "../../plugin/deps/dependencies-of.ts";
import { discover } from "../../plugins/discover.ts";
import { escapeJson, escapeLine } from "../../terminal/escape.ts";
import { writeResult } from "../../terminal/write.ts";

/** The options of `hodu plugin deps`. */
export interface DepsFlags {
  readonly json?: boolean;
}

/** `hodu plugin deps`: what a plugin needs, whether it is there, and how to get it; exit status 1 where something is missing. */
export async function deps(path: string, { json = false }: DepsFlags): Promise<void> {
  const folder = resolve(expandHome(path));
  const manifest = readManifest(folder);
  const { plugins } = await discover(await openConfig(), process.env);
  const found = dependenciesOf(manifest, folder, plugins);
  if (found.some(({ isMet, isOptional }) => !isMet && !isOptional)) process.exitCode = 1;
  if (json) {
    const members = found.map(({ isMet, isOptional, toInstall, ...rest }) => ({
      ...rest,
      met: isMet,
      optional: isOptional,
      to_install: toInstall,
    }));
    const result = { plugin: manifest.id, version: manifest.version, dependencies: members };
    return writeResult(`${escapeJson(JSON.stringify(result, null, 2))}\n`);
  }
  const title = `Dependencies of ${escapeLine(`${manifest.id} ${manifest.version}`)}:`;
  await writeResult(`${[title, ...found.flatMap(linesOf)].join("\n")}\n`);
}

function linesOf({ name, range, found, isMet, isOptional, toInstall }: Dependency): readonly string[] {
  const standing: Standing = isMet ? "good" : isOptional ? "note" : "bad";
  const wanted = [name, range].filter((part) => part !== undefined).join(" ");
  const there = isMet ? (found === undefined ? "" : ` (${found})`) : ` not found${isOptional ? " (optional)" : ""}`;
  const instead = !isMet && found !== undefined && found !== "none" ? `, but ${found}` : "";
  return [checkLine(standing, wanted + there + instead), ...toInstall.map((way) => `      ${escapeLine(way)}`)];
}
