import { realpathSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { HoduError, quote } from "@hodu/core";
import { readTrusted, trustedText, withStoreLock, writeDurably } from "@hodu/plugin-host";
import { openConfig } from "../../config/config.ts";
import { expandHome } from "../../config/hodu-home.ts";
import { requireStore, trustFile } from "../../plugins/discover.ts";
import { escapeJson, escapeName } from "../../terminal/escape.ts";
import { newStatus } from "../../terminal/status.ts";
import { writeResult } from "../../terminal/write.ts";

/** The options of `hodu plugin trust`. */
export interface TrustFlags {
  readonly revoke?: boolean;
  readonly list?: boolean;
  readonly json?: boolean;
}

/** `hodu plugin trust`: whether the plugins of a project folder are used. */
export async function trust(folder: string, { revoke = false, list = false, json = false }: TrustFlags): Promise<void> {
  const store = requireStore(await openConfig(), process.env);
  const file = trustFile(store);
  if (!list) {
    const path = realPath(expandHome(folder), revoke);
    const wasTrusted = await withStoreLock(store, {}, async () => {
      const folders = new Set(readTrusted(file));
      const had = folders.has(path);
      if (revoke) folders.delete(path);
      else folders.add(path);
      writeDurably(file, trustedText(folders));
      return had;
    });
    if (!json && revoke && !wasTrusted) newStatus("normal").line("Unchanged", `${path} was not trusted`);
    else if (!json) newStatus("normal").line(revoke ? "Revoked" : "Trusted", path);
  }
  const folders = [...readTrusted(file)].sort();
  if (json) return writeResult(`${escapeJson(JSON.stringify({ folders }, null, 2))}\n`);
  if (list) await writeResult(folders.map((one) => `${escapeName(one)}\n`).join(""));
}

/** What a folder is listed by. One that is gone can be listed still, but not be trusted anew. Throws MISSING_INPUT, BAD_USAGE. */
function realPath(folder: string, mayBeGone: boolean): string {
  const hint = "hodu plugin trust .";
  let path: string;
  try {
    path = realpathSync(folder);
  } catch (cause) {
    if (mayBeGone) return resolve(folder);
    throw new HoduError("MISSING_INPUT", `Cannot trust ${quote(folder)}: there is no such folder`, { hint, cause });
  }
  if (mayBeGone || statSync(path).isDirectory()) return path;
  throw new HoduError("BAD_USAGE", `Cannot trust ${quote(folder)}: it is a file, expected a folder`, { hint });
}
