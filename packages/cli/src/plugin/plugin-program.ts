import type { Command } from "commander";
import type { InfoFlags } from "../commands/plugin/info.ts";
import type { ListFlags } from "../commands/plugin/list.ts";
import type { SwitchFlags } from "../commands/plugin/switch.ts";
import type { TrustFlags } from "../commands/plugin/trust.ts";
import { addDevelop } from "./develop-program.ts";
import { addInstall } from "./install-program.ts";

const HELP = `
Plugins are looked for in the folders of --plugin-path and HODU_PLUGIN_PATH, in
./hodu_plugins, ./brainsmith_plugins and ./plugins of a folder that you trust, in
~/.hodu/plugins, and in Hodu itself; the first of a name counts.

Examples:
  hodu plugin install --path ./my-plugin
  hodu plugin list
  hodu plugin info onnx
  hodu plugin disable onnx
  hodu plugin trust .
  hodu plugin new my-plugin --type format
`;

const LIST_HELP = `
Examples:
  hodu plugin list
  hodu plugin list --all
  hodu plugin list --json | jq '.plugins[].name'
`;

const TRUST_HELP = `
A project's own plugins are code of whoever wrote the project: they are used only
where you said that you trust the folder.

Examples:
  hodu plugin trust .
  hodu plugin trust --list
  hodu plugin trust --revoke .
`;

/** The commands of `hodu plugin`. */
export function addPlugin(program: Command): void {
  const plugin = program
    .command("plugin")
    .description("install, list, make and remove plugins")
    .addHelpText("after", HELP);
  addInstall(plugin);
  addDevelop(plugin);
  plugin
    .command("list")
    .description("print the plugins that there are")
    .option("--all", "also those that are shadowed, disabled, broken or not trusted")
    .option("--json", "print JSON")
    .addHelpText("after", LIST_HELP)
    .action(async (flags: ListFlags) => (await import("../commands/plugin/list.ts")).list(flags));
  plugin
    .command("info")
    .description("print what is known of a plugin")
    .argument("<name>", "short name (onnx), full name (hodu-format-onnx), or kind:name")
    .option("--json", "print JSON")
    .action(async (name: string, flags: InfoFlags) => (await import("../commands/plugin/info.ts")).info(name, flags));
  plugin
    .command("enable")
    .description("use a plugin again that was disabled, or crashed too often")
    .argument("<name>", "short or full name")
    .option("--json", "print JSON")
    .action(async (name: string, flags: SwitchFlags) =>
      (await import("../commands/plugin/switch.ts")).switchPlugin(name, true, flags),
    );
  plugin
    .command("disable")
    .description("keep a plugin, but do not use it")
    .argument("<name>", "short or full name")
    .option("--cascade", "also disable the plugins that require it")
    .option("--json", "print JSON")
    .action(async (name: string, flags: SwitchFlags) =>
      (await import("../commands/plugin/switch.ts")).switchPlugin(name, false, flags),
    );
  plugin
    .command("trust")
    .description("use the plugins of a project folder")
    .argument("[folder]", "the folder that has hodu_plugins, brainsmith_plugins or plugins in it", ".")
    .option("--revoke", "use them no longer")
    .option("--list", "print the folders that are trusted")
    .option("--json", "print JSON")
    .addHelpText("after", TRUST_HELP)
    .action(async (folder: string, flags: TrustFlags) =>
      (await import("../commands/plugin/trust.ts")).trust(folder, flags),
    );
}
