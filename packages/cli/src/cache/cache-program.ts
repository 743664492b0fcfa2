import type { Command } from "commander";
import type { CacheCleanFlags, CacheStatusFlags } from "../commands/cache.ts";

const HELP = `
What was compiled is kept in ~/.hodu/cache, so that it is not compiled again;
HODU_HOME names another folder than ~/.hodu. hodu run --no-cache neither reads nor
keeps anything.

Settings: build.cache_enabled, build.cache_max_size (MB), build.cache_ttl (days)

Examples:
  hodu cache status
  hodu cache clean
  hodu cache clean model.onnx
  hodu cache clean --all
`;

/** The commands of `hodu cache`. */
export function addCache(program: Command): void {
  const cache = program.command("cache").description("show and clean what was compiled").addHelpText("after", HELP);
  cache
    .command("status")
    .description("print how large the cache is")
    .option("-v, --verbose", "also list what is in it, the last used first")
    .option("--json", "print JSON, with what is in it")
    .action(async (flags: CacheStatusFlags) => (await import("../commands/cache.ts")).cacheStatus(flags));
  cache
    .command("clean")
    .description("remove what was not used for long, or what is more than the cache may hold")
    .argument("[model]", "remove what was compiled of this model")
    .option("--all", "remove everything")
    .option("--json", "print what was removed as JSON")
    .action(async (model: string | undefined, flags: CacheCleanFlags) =>
      (await import("../commands/cache.ts")).cacheClean(model, flags),
    );
}
