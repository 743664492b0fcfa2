import type { Command } from "commander";
import type { InstallFlags } from "../commands/plugin/install.ts";
import type { RebuildFlags } from "../commands/plugin/rebuild.ts";
import type { RemoveFlags } from "../commands/plugin/remove.ts";

const INSTALL_HELP = `
The sources are copied, built by the one build that the plugin declares (TypeScript,
or the program that its package.json names; never scripts of npm), loaded once in a
process of its own, and only then installed. Nothing is downloaded. Before anything of
it runs you are shown what it asks for; --yes answers for you.

Examples:
  hodu plugin install --path ./my-plugin
  hodu plugin install --path . --debug --yes
  hodu plugin install --offline hodu-format-points-1.0.0.tgz
  hodu plugin install hodu-format-points@1.0.0 --offline points.tgz --integrity sha512-...
`;

const REMOVE_HELP = `
Examples:
  hodu plugin remove points
  hodu plugin remove hodu-format-points
  hodu plugin remove points --cascade
`;

const REBUILD_HELP = `
Examples:
  hodu plugin rebuild points
  hodu plugin rebuild --all
`;

/** The commands of `hodu plugin` that change what is installed. */
export function addInstall(plugin: Command): void {
  plugin
    .command("install")
    .description("install a plugin from a folder or an archive")
    .argument("[name]", "refuse a plugin of another name or version (hodu-format-points@1.0.0)")
    .option("--path <folder>", "the folder of the plugin's sources")
    .option("--offline <file>", "an archive that npm pack has made (.tgz)")
    .option("--integrity <hash>", "refuse an archive of another hash: sha512-...")
    .option("--debug", "build it for finding faults: not optimised, with places in the sources")
    .option("--force", "build and install it also where the same is installed already")
    .option("--in-process", "run it in Hodu's own process, where nothing holds it to what it asks for")
    .option("-y, --yes", "let it have what it asks for, without a question")
    .option("-q, --quiet", "print only warnings and errors")
    .option("--json", "print the entry of plugins.json")
    .addHelpText("after", INSTALL_HELP)
    .action(async (name: string | undefined, flags: InstallFlags) =>
      (await import("../commands/plugin/install.ts")).install(name, flags),
    );
  plugin
    .command("remove")
    .description("remove an installed plugin")
    .argument("<name>", "short or full name")
    .option("--cascade", "also remove the plugins that require it")
    .option("--json", "print JSON")
    .addHelpText("after", REMOVE_HELP)
    .action(async (name: string, flags: RemoveFlags) =>
      (await import("../commands/plugin/remove.ts")).remove(name, flags),
    );
  plugin
    .command("rebuild")
    .description("build an installed plugin again, of the sources that were kept")
    .argument("[name]", "short or full name")
    .option("--all", "all of them; a damaged list of plugins is made anew first")
    .option("-q, --quiet", "print only warnings and errors")
    .option("--json", "print JSON")
    .addHelpText("after", REBUILD_HELP)
    .action(async (name: string | undefined, flags: RebuildFlags) =>
      (await import("../commands/plugin/rebuild.ts")).rebuild(name, flags),
    );
}
