import { existsSync } from "node:fs";
import { delimiter } from "node:path";
import type { Command } from "commander";
import { expandHome } from "../config/hodu-home.ts";

/** Commands that use plugins. */
const USERS: ReadonlySet<string> = new Set(["run", "inspect", "convert", "diff", "compare", "plugin", "doctor"]);

/** Those of `hodu plugin` that look for none. */
const LOOK_FOR_NONE: ReadonlySet<string> = new Set(["new", "validate", "compat", "remove", "trust"]);

const collect = (value: string, earlier: readonly string[] = []): readonly string[] => [...earlier, value];

/** Gives the commands that use plugins, and theirs, the option --plugin-path: its folders go before those of HODU_PLUGIN_PATH. */
export function addPluginPath(program: Command): void {
  for (const command of program.commands.filter((one) => USERS.has(one.name()))) {
    const own = command.commands.length > 0 ? command.commands : [command];
    for (const one of own.filter((part) => !LOOK_FOR_NONE.has(part.name()))) {
      one.option("--plugin-path <folder>", "also look for plugins there (repeatable) [HODU_PLUGIN_PATH]", collect);
    }
  }
  program.hook("preAction", async (_, action) => {
    const { pluginPath = [] } = action.opts<{ readonly pluginPath?: readonly string[] }>();
    const { HODU_PLUGIN_PATH = "" } = process.env;
    const missing = pluginPath.find((folder) => !existsSync(expandHome(folder)));
    if (missing !== undefined) await refuse(missing);
    if (pluginPath.length > 0) process.env.HODU_PLUGIN_PATH = [...pluginPath, HODU_PLUGIN_PATH].join(delimiter);
  });
}

/** What these errors are made of is loaded for them alone: this module is a part of each start. */
async function refuse(folder: string): Promise<never> {
  const { HoduError, quote } = await import("@hodu/core");
  throw new HoduError("MISSING_INPUT", `Cannot look for plugins in ${quote(folder)}: there is no such folder`, {
    hint: "hodu plugin list --plugin-path ./plugins",
  });
}
