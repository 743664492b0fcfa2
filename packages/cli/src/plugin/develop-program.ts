import type { Command } from "commander";
import type { NewFlags } from "../commands/plugin/new.ts";

const NEW_HELP = `
The plugin is in a folder of its name, with tests that pass, and finds the SDK of this
Hodu. Kinds: format, backend, transform, operator, extension, kernel, kernel-backend,
hw-transform. Formats and extensions can be in Python: --lang python.

Examples:
  hodu plugin new points --type format
  hodu plugin new my-custom-backend --type backend
  hodu plugin new points --type format --lang python
`;

/** The commands of `hodu plugin` for authors of plugins. */
export function addDevelop(plugin: Command): void {
  plugin
    .command("new")
    .description("begin a plugin from a template")
    .argument("<name>", "its name, or a path that ends in it")
    .option("--type <kind>", "format, backend, transform, operator, extension, kernel, kernel-backend, hw-transform")
    .option("--lang <language>", "ts (default) or python")
    .option("--json", "print JSON")
    .addHelpText("after", NEW_HELP)
    .action(async (name: string, flags: NewFlags) =>
      (await import("../commands/plugin/new.ts")).newPlugin(name, flags),
    );
}
