import { existsSync, lstatSync, mkdirSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { writeError } from "hodu-plugin-sdk/node";

/** The name of the package that plugins import. */
export const SDK = "hodu-plugin-sdk";

/** The folder of the SDK that this host runs with. */
export function sdkFolder(): string {
  return realpathSync(dirname(createRequire(import.meta.url).resolve(`${SDK}/package.json`)));
}

/** Where a package finds the SDK. */
export const sdkLink = (folder: string): string => join(folder, "node_modules", SDK);

/** Lets a package find the host's SDK and no other: a link, in place of what is there. Throws CANNOT_CREATE, IO. */
export function linkSdk(folder: string): void {
  const link = sdkLink(folder);
  const target = sdkFolder();
  if (leadsTo(link, target)) return;
  try {
    mkdirSync(dirname(link), { recursive: true });
    // Packages that are linked here from elsewhere, by an author or a build, are not removed.
    rmSync(link, { recursive: lstatSync(dirname(link)).isDirectory(), force: true });
    symlinkSync(target, link, "junction");
  } catch (cause) {
    // Another command may have done the same meanwhile.
    if (!leadsTo(link, target)) throw writeError(link, cause);
  }
}

const leadsTo = (link: string, target: string): boolean => existsSync(link) && realpathSync(link) === target;
