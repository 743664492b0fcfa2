import type { Command } from "commander";
import type { CompatFlags } from "../commands/plugin/compat.ts";
import type { DepsFlags } from "../commands/plugin/deps.ts";
import type { GraphFlags } from "../commands/plugin/graph.ts";
import type { NewFlags } from "../commands/plugin/new.ts";
import type { TestFlags } from "../commands/plugin/test.ts";
import type { ValidateFlags } from "../commands/plugin/validate.ts";

const NEW_HELP = `
The plugin is in a folder of its name, with tests that pass, and finds the SDK of this
Hodu. Kinds: format, backend, transform, operator, extension, kernel, kernel-backend,
hw-transform; all but kernel and kernel-backend also in Python, Go or C: --lang.

Examples:
  hodu plugin new points --type format
  hodu plugin new my-custom-backend --type backend
  hodu plugin new points --type format --lang python
`;

const TEST_HELP = `
Builds the plugin in its folder, loads it in a process of its own, and holds it to the
contract of each of its components; then, with --model, runs a model with it. Formats are
tried on the files in tests/fixtures, transforms on the .hdss files in tests.
Exit status: 0 all passed, 1 a test failed, above that an error.

Examples:
  hodu plugin test
  hodu plugin test ./my-plugin --verbose
  hodu plugin test ./my-plugin --model model.onnx --input x=x.npy
`;

const DEV_HELP = `
Builds the plugin, loads it, and has every command use it, in the place of an installed
one of its name; at each change of its files again. A new process is started and takes
over when it is ready: calls in flight end in the old one. A build that fails leaves the
old one in use. What the plugin prints is shown. Ctrl+C ends it, and all is as before.

Examples:
  hodu plugin dev
  hodu plugin dev ./my-plugin
`;

const VALIDATE_HELP = `
Examples:
  hodu plugin validate
  hodu plugin validate ./my-plugin --strict
  hodu plugin validate ./my-plugin --json | jq '.findings[].field'
`;

const DEPS_HELP = `
Examples:
  hodu plugin deps
  hodu plugin deps ./my-plugin --json | jq '.dependencies[] | select(.met | not)'
`;

const COMPAT_HELP = `
Examples:
  hodu plugin compat
  hodu plugin compat ./my-plugin --sdk 0.4.0 --sdk 1.0.0
`;

const GRAPH_HELP = `
Examples:
  hodu plugin graph
  hodu plugin graph --all
  hodu plugin graph --dot | dot -Tsvg > plugins.svg
  hodu plugin graph --mermaid
`;

const repeatable = (value: string, earlier: readonly string[] = []): readonly string[] => [...earlier, value];

/** The commands of `hodu plugin` for authors of plugins. */
export function addDevelop(plugin: Command): void {
  plugin
    .command("new")
    .description("begin a plugin from a template")
    .argument("<name>", "its name, or a path that ends in it")
    .option("--type <kind>", "format, backend, transform, operator, extension, kernel, kernel-backend, hw-transform")
    .option("--lang <language>", "ts (default), python, go or c")
    .option("--json", "print JSON")
    .addHelpText("after", NEW_HELP)
    .action(async (name: string, flags: NewFlags) =>
      (await import("../commands/plugin/new.ts")).newPlugin(name, flags),
    );
  plugin
    .command("test")
    .description("build a plugin, and hold it to its contract")
    .argument("[folder]", "the folder of its sources", ".")
    .option("--model <file>", "a model to run with it")
    .option("-i, --input <name=file>", "an input of the model (repeatable)", repeatable)
    .option("--rewrites", "models of its formats may come back as other nodes of the same meaning")
    .option("--debug", "build it for finding faults")
    .option("-v, --verbose", "also a line for each test that passes")
    .option("--json", "print JSON")
    .addHelpText("after", TEST_HELP)
    .action(async (folder: string, flags: TestFlags) =>
      (await import("../commands/plugin/test.ts")).test(folder, flags),
    );
  plugin
    .command("dev")
    .description("use a plugin while it is being written: it is built and loaded anew at each save")
    .argument("[folder]", "the folder of its sources", ".")
    .addHelpText("after", DEV_HELP)
    .action(async (folder: string) => (await import("../commands/plugin/dev.ts")).dev(folder));
  addLooks(plugin);
}

/** Those that look at plugins, and build and run nothing. */
function addLooks(plugin: Command): void {
  plugin
    .command("validate")
    .description("check a plugin's package.json and files")
    .argument("[folder]", "the folder of its sources", ".")
    .option("--strict", "warnings are problems, too")
    .option("--json", "print JSON")
    .addHelpText("after", VALIDATE_HELP)
    .action(async (folder: string, flags: ValidateFlags) =>
      (await import("../commands/plugin/validate.ts")).validate(folder, flags),
    );
  plugin
    .command("deps")
    .description("print what a plugin needs, and whether it is there")
    .argument("[folder]", "the folder of its sources", ".")
    .option("--json", "print JSON")
    .addHelpText("after", DEPS_HELP)
    .action(async (folder: string, flags: DepsFlags) =>
      (await import("../commands/plugin/deps.ts")).deps(folder, flags),
    );
  plugin
    .command("compat")
    .description("print what a plugin works with: versions of the SDK, Node, this machine")
    .argument("[folder]", "the folder of its sources", ".")
    .option("--sdk <version>", "also ask for this version of hodu-plugin-sdk (repeatable)", repeatable)
    .option("--json", "print JSON")
    .addHelpText("after", COMPAT_HELP)
    .action(async (folder: string, flags: CompatFlags) =>
      (await import("../commands/plugin/compat.ts")).compat(folder, flags),
    );
  plugin
    .command("graph")
    .description("print what plugins require of each other")
    .option("--all", "also those that come with Hodu")
    .option("--dot", "print it for Graphviz")
    .option("--mermaid", "print it for Mermaid")
    .option("--json", "print JSON")
    .addHelpText("after", GRAPH_HELP)
    .action(async (flags: GraphFlags) => (await import("../commands/plugin/graph.ts")).graph(flags));
}
