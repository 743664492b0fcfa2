import type { Command } from "commander";

const HELP = `
The file is ~/.hodu/config.toml; HODU_HOME names another folder than ~/.hodu.
An option goes before a HODU_ variable, that before the file, and the file before
the default.

Examples:
  hodu config list
  hodu config set runtime.max_memory 2048
  hodu config set backends.priority cpu,interp
  hodu config set formats.npy my-custom-npy
  hodu config get defaults.device
  hodu config unset runtime.max_memory
  \${EDITOR:-vi} "$(hodu config path)"
`;

/** The commands of `hodu config`. */
export function addConfig(program: Command): void {
  const config = program.command("config").description("show and change settings").addHelpText("after", HELP);
  config
    .command("list")
    .description("list all settings, what they hold, and where that is from")
    .option("--json", "print JSON")
    .action(async (flags: { readonly json?: boolean }) => (await import("../commands/config.ts")).listConfig(flags));
  config
    .command("get")
    .description("print what a setting holds")
    .argument("<key>", "such as runtime.max_memory")
    .action(async (key: string) => (await import("../commands/config.ts")).getConfig(key));
  config
    .command("set")
    .description("set a setting in the file")
    .argument("<key>", "such as runtime.max_memory")
    .argument("<value>", "a list has commas between its items")
    .action(async (key: string, value: string) => (await import("../commands/config.ts")).setConfig(key, value));
  config
    .command("unset")
    .description("take a setting out of the file")
    .argument("<key>", "such as runtime.max_memory")
    .action(async (key: string) => (await import("../commands/config.ts")).unsetConfig(key));
  config
    .command("path")
    .description("print where the file is")
    .action(async () => (await import("../commands/config.ts")).printConfigPath());
}
