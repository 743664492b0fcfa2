import { delimiter } from "node:path";
import type { Command } from "commander";

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
  program.hook("preAction", (_, action) => {
    const { pluginPath = [] } = action.opts<{ readonly pluginPath?: readonly string[] }>();
    const { HODU_PLUGIN_PATH = "" } = process.env;
    if (pluginPath.length > 0) process.env.HODU_PLUGIN_PATH = [...pluginPath, HODU_PLUGIN_PATH].join(delimiter);
  });
}
