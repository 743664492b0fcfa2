import { existsSync } from "node:fs";
import { access, constants } from "node:fs/promises";
import { dirname } from "node:path";
import { cacheContents } from "@hodu/engine/node";
import { errnoOf, shellWord } from "hodu-plugin-sdk/node";
import { cacheOptions } from "../cache/cache-settings.ts";
import type { Config } from "../config/config.ts";
import { formatSize } from "../values/format-size.ts";
import { asWrong } from "./as-wrong.ts";
import type { Finding } from "./finding.ts";

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
    return [{ mark: "ok", name: "cache", text: `${options.path}: writable, ${size}${isOff}` }];
  } catch (error) {
    return [asWrong("cache", error)];
  }
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
