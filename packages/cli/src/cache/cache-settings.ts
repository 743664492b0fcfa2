import { join } from "node:path";
import type { CacheOptions } from "@hodu/engine/node";
import type { Config } from "../config/config.ts";
import { hoduHome } from "../config/hodu-home.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
/** MB as users mean it: as everywhere in Hodu, of 1024 * 1024 bytes. */
const MB = 1 << 20;

/** The cache as the settings want it; undefined where it is turned off, or there is no home for it. */
export function cacheSettings(config: Config, environment: NodeJS.ProcessEnv = process.env): CacheOptions | undefined {
  return config.get("build.cache_enabled").value ? cacheOptions(config, environment) : undefined;
}

/** The same for who looks after it, although it may be turned off. */
export function cacheOptions(config: Config, environment: NodeJS.ProcessEnv = process.env): CacheOptions | undefined {
  const home = hoduHome(environment);
  if (home === undefined) return undefined;
  return {
    path: join(home, "cache"),
    maxBytes: config.get("build.cache_max_size").value * MB,
    maxAge: config.get("build.cache_ttl").value * DAY_MS,
  };
}
