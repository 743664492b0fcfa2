import { existsSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { isWithin } from "../is-within.ts";
import type { PluginStore } from "./plugin-store.ts";
import { writeDurably } from "./write-durably.ts";

/** Several home folders may share one folder of plugins (`plugins_dir`): beside each install stands whose it is. */
const homeFile = (install: string): string => join(install, "home.txt");

/** Notes whose install it is. Throws CANNOT_CREATE, IO. */
export function noteHome({ home }: Pick<PluginStore, "home">, install: string): void {
  writeDurably(homeFile(install), `${realpathSync(home)}\n`);
}

/** Whether an install is certainly of a home folder: all that lie in it, wherever it was moved, and of others those that say so. */
export function isOfHome({ home }: Pick<PluginStore, "home">, install: string): boolean {
  const own = realpathSync(home);
  return isWithin(realpathSync(install), own) || notedHome(install) === own;
}

/** Whether it is certainly of another one. */
export function isOfOtherHome(store: Pick<PluginStore, "home">, install: string): boolean {
  const noted = notedHome(install);
  return noted !== undefined && existsSync(noted) && !isOfHome(store, install);
}

function notedHome(install: string): string | undefined {
  try {
    return readFileSync(homeFile(install), "utf8").trimEnd();
  } catch {
    return undefined;
  }
}
