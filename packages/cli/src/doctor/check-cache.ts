import { existsSync } from "node:fs";
import { access, constants } from "node:fs/promises";
import { dirname } from "node:path";
import { cacheContents, type CacheOptions, verifyCache } from "@hodu/engine/node";
import { errnoOf, shellWord } from "hodu-plugin-sdk/node";
import { cacheOptions } from "../cache/cache-settings.ts";
import type { Config } from "../config/config.ts";
import { formatSize } from "../values/format-size.ts";
import { asWrong } from "./as-wrong.ts";
import type { Finding } from "./finding.ts";
import { CACHE_TIMEOUT_MS } from "./limits.ts";

/** Whether what was compiled can be kept, and how much is. */
export async function checkCache(config: Config, environment: NodeJS.ProcessEnv): Promise<readonly Finding[]> {
  try {
    const options = cacheOptions(config, environment);
    if (options === undefined) return [{ mark: "absent", name: "cache", text: "none: there is no home folder" }];
    const problem = await whyNotWritable(options.path);
    if (problem !== undefined) {
      const text = `${options.path}: cannot be written (${problem})`;
      return [{ mark: "wrong", name: "cache", text, fix: `ls -ld ${shellWord(dirname(options.path))}` }];
    }
    const { bytes, entries } = cacheContents(options);
    const isOff = config.get("build.cache_enabled").value ? "" : "; turned off";
    const size = `${formatSize(bytes)} of ${formatSize(options.maxBytes)}, ${countOf(entries.length)}`;
    const there: Finding = { mark: "ok", name: "cache", text: `${options.path}: writable, ${size}${isOff}` };
    return [there, ...(await damagedIn(options))];
  } catch (error) {
    return [asWrong("cache", error)];
  }
}

/** Artifacts that would not be used. In a cache that is too large to be looked at in time, those used last count. */
async function damagedIn(options: CacheOptions): Promise<readonly Finding[]> {
  const { damaged } = await verifyCache(options, AbortSignal.timeout(CACHE_TIMEOUT_MS));
  return damaged.map(({ entry: { file }, why }) => ({
    mark: "wrong",
    name: file,
    text: `${file}: it is compiled anew, ${why}`,
    fix: "hodu doctor --fix",
  }));
}

/** What is not there yet is made in the nearest folder that is. */
async function whyNotWritable(folder: string): Promise<string | undefined> {
  let there = folder;
  while (!existsSync(there) && dirname(there) !== there) there = dirname(there);
  try {
    await access(there, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    return errnoOf(error);
  }
}

const countOf = (entries: number): string => (entries === 1 ? "1 entry" : `${entries} entries`);
