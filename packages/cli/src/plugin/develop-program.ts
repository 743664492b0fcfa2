import type { Command } from "commander";
import type { NewFlags } from "../commands/plugin/new.ts";
import type { TestFlags } from "../commands/plugin/test.ts";

const NEW_HELP = `
The plugin is in a folder of its name, with tests that pass, and finds the SDK of this
Hodu. Kinds: format, backend, transform, operator, extension, kernel, kernel-backend,
hw-transform. Formats and extensions can be in Python: --lang python.

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

const repeatable = (value: string, earlier: readonly string[] = []): readonly string[] => [...earlier, value];

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
}
