import { existsSync, lstatSync } from "node:fs";
import { linkSdk, sdkLink } from "../install/link-sdk.ts";

/** Lets a plugin that is being written find this host's SDK, unless its author has installed one there. Throws CANNOT_CREATE, IO. */
export function linkOwnSdk(folder: string): void {
  const place = sdkLink(folder);
  const found = lstatSync(place, { throwIfNoEntry: false });
  if (found?.isDirectory() === true && existsSync(place)) return;
  linkSdk(folder);
}
