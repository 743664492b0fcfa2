import { readdirSync } from "node:fs";
import type { PluginStore } from "./plugin-store.ts";

/** Whether there are changes that did not end, or are under way: a look at one folder. */
export const hasUnfinished = (store: Pick<PluginStore, "staging">): boolean => unfinished(store).length > 0;

/** The names of their folders. */
export function unfinished({ staging }: Pick<PluginStore, "staging">): readonly string[] {
  try {
    return readdirSync(staging);
  } catch {
    return [];
  }
}
