import { existsSync, realpathSync } from "node:fs";
import * as nodeModule from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { linkSdk, SDK, sdkFolder } from "../install/link-sdk.ts";
import { foldersAbove } from "./code-folders.ts";
import type { Guards } from "./guards.ts";
import type { SandboxLink } from "./sandboxed.ts";

/** What lets the module of a plugin find the SDK of this host. */
export interface ProvidedSdk {
  /** Links of its sandbox. */
  readonly links: readonly SandboxLink[];
  /** Flags of Node. */
  readonly flags: readonly string[];
}

const NOTHING: ProvidedSdk = { links: [], flags: [] };

/** Where Node looks last for packages, from wherever a module is. */
const LAST_PACKAGES = "/node_modules";

/**
 * Lets the module of a plugin find the SDK where neither its folder nor one above has any: by a link in its sandbox, or by a hook of Node.
 * Only where there are neither (Node before 22.15 without namespaces) a link is made in its folder. Throws CANNOT_CREATE, IO.
 */
export function provideSdk(folder: string, { namespaces }: Pick<Guards, "namespaces">): ProvidedSdk {
  if (findsSdk(folder)) return NOTHING;
  if (namespaces && !existsSync(LAST_PACKAGES)) {
    return { links: [{ path: join(LAST_PACKAGES, SDK), target: sdkFolder() }], flags: [] };
  }
  if (hasHooks) return { links: [], flags: ["--import", pathToFileURL(hookFile()).href] };
  linkSdk(folder);
  return NOTHING;
}

/** The same for a plugin that is imported into this process. */
export async function provideSdkHere(folder: string): Promise<void> {
  if (findsSdk(folder)) return;
  if (hasHooks) await import(pathToFileURL(hookFile()).href);
  else linkSdk(folder);
}

const hasHooks = "registerHooks" in nodeModule;

/** As Node looks for it. */
function findsSdk(folder: string): boolean {
  const places = foldersAbove(realpathSync(folder)).map((above) => join(above, "node_modules", SDK, "package.json"));
  return places.some((place) => existsSync(place));
}

/** The SDK's module that makes the hook. */
function hookFile(): string {
  const main = nodeModule.createRequire(import.meta.url).resolve(`${SDK}/process/main`);
  return join(dirname(main), "find-sdk.js");
}
