import { realpathSync } from "node:fs";
import { HoduError, quote } from "@hodu/core";
import { readTrusted, trustedText, withStoreLock, writeDurably } from "@hodu/plugin-host";
import { openConfig } from "../../config/config.ts";
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
    const path = realPath(folder);
    await withStoreLock(store, {}, async () => {
      const folders = new Set(readTrusted(file));
      if (revoke) folders.delete(path);
      else folders.add(path);
      writeDurably(file, trustedText(folders));
    });
    if (!json) newStatus("normal").line(revoke ? "Revoked" : "Trusted", path);
  }
  const folders = [...readTrusted(file)].sort();
  if (json) return writeResult(`${escapeJson(JSON.stringify({ folders }, null, 2))}\n`);
  if (list) await writeResult(folders.map((one) => `${escapeName(one)}\n`).join(""));
}

function realPath(folder: string): string {
  try {
    return realpathSync(folder);
  } catch (cause) {
    throw new HoduError("MISSING_INPUT", `Cannot trust ${quote(folder)}: there is no such folder`, { cause });
  }
}
