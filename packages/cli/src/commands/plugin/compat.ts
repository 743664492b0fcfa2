import { resolve } from "node:path";
import { HoduError, quote } from "@hodu/core";
import { readManifest, toSemver } from "@hodu/plugin-host/develop";
import { expandHome } from "../../config/hodu-home.ts";
import { checkLine } from "../../plugin/check-line.ts";
import { compatibilityOf } from "../../plugin/compat/compatibility-of.ts";
import { escapeJson, escapeLine } from "../../terminal/escape.ts";
import { writeResult } from "../../terminal/write.ts";

/** The options of `hodu plugin compat`. */
export interface CompatFlags {
  /** Versions of the SDK beside this one. */
  readonly sdk?: readonly string[];
  readonly json?: boolean;
}

/** `hodu plugin compat`: what a plugin says that it works with; exit status 1 where it does not with one of them. */
export async function compat(path: string, { sdk = [], json = false }: CompatFlags): Promise<void> {
  for (const version of sdk) {
    if (/^\d+\.\d+\.\d+/.test(version) && toSemver(version) !== undefined) continue;
    throw new HoduError("BAD_USAGE", `Cannot use --sdk ${quote(version)}: expected a version such as 0.4.0`, {
      hint: "hodu plugin compat --sdk 0.4.0",
    });
  }
  const folder = resolve(expandHome(path));
  const manifest = readManifest(folder);
  const found = compatibilityOf(manifest, folder, sdk);
  if (found.some(({ compatible }) => !compatible)) process.exitCode = 1;
  if (json) {
    const result = { plugin: manifest.id, version: manifest.version, compatibility: found };
    return writeResult(`${escapeJson(JSON.stringify(result, null, 2))}\n`);
  }
  const title = `Compatibility of ${escapeLine(`${manifest.id} ${manifest.version}`)}:`;
  const lines = found.map((one) => checkLine(one.compatible ? "good" : "bad", `${one.with} (${one.range})`));
  await writeResult(`${[title, ...lines].join("\n")}\n`);
}
