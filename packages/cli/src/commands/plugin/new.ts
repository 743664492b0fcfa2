import { basename, resolve } from "node:path";
import { linkOwnSdk } from "@hodu/plugin-host/develop";
import { shellWord } from "hodu-plugin-sdk/node";
import { expandHome } from "../../config/hodu-home.ts";
import { planPlugin } from "../../plugin/new/plan-plugin.ts";
import { templateFiles } from "../../plugin/new/template-files.ts";
import { writePlugin } from "../../plugin/new/write-plugin.ts";
import { escapeJson, escapeText } from "../../terminal/escape.ts";
import { newStatus } from "../../terminal/status.ts";
import { writeResult } from "../../terminal/write.ts";

/** The options of `hodu plugin new`. */
export interface NewFlags {
  readonly type?: string;
  readonly lang?: string;
  readonly json?: boolean;
}

/** `hodu plugin new`: begins a plugin in a folder of its own. `place` may lead to it: its last part is the name. */
export async function newPlugin(place: string, { type, lang, json = false }: NewFlags): Promise<void> {
  const folder = resolve(expandHome(place));
  const plan = planPlugin(basename(folder), type, lang);
  const files = await templateFiles(plan);
  writePlugin(folder, files);
  linkOwnSdk(folder);
  const { id, kind, name, language } = plan;
  const paths = [...files.keys()].sort();
  if (json) {
    const members = { name: id, kind, component: name, language, folder, files: paths };
    return writeResult(`${escapeJson(JSON.stringify(members, null, 2))}\n`);
  }
  newStatus("normal").line("Created", `${id} in ${folder}`);
  const test = folder === process.cwd() ? "hodu plugin test" : `hodu plugin test ${shellWord(place)}`;
  await writeResult(`${paths.map((path) => escapeText(`  ${path}`)).join("\n")}\n\nNext: ${escapeText(test)}\n`);
}
