import { HoduError, quote } from "@hodu/core";
import type { Manifest } from "hodu-plugin-sdk";
import { firstAfter, satisfies } from "../manifest/ranges.ts";
import { label } from "./label.ts";
import { MAX_CHAIN, MAX_LINK } from "./limits.ts";
import { pluginsNamed, type WithManifest } from "./plugins-named.ts";
import { type Requirement, requirementsOf } from "./requirement.ts";

/** Why a plugin cannot be loaded, for those that require it, too. */
export interface Reason {
  /** From the plugin to what is not as it should be: `a 1.0.0`, `b ^2`. */
  readonly chain: readonly string[];
  /** What there is in place of the last. */
  readonly found: string;
  /** The next command. */
  readonly hint: string;
}

/** PLUGIN_DEPENDENCY for a plugin: `a 1.0.0 -> b ^2 (found 1.3.0)`. */
export function dependencyError({ id }: Manifest, { chain, found, hint }: Reason): HoduError {
  const message = `Cannot load plugin ${quote(id)}: ${formatChain(chain)} (found ${found}), expected what it requires`;
  return new HoduError("PLUGIN_DEPENDENCY", message, { hint, where: { plugin: id } });
}

/** PLUGIN_INCOMPATIBLE for a plugin that is made for another SDK than `found`; a later Hodu may do, which has the SDK's version. */
export function incompatibleError(
  { id, version, sdk }: Manifest,
  found: string,
  what: "install" | "load" = "load",
  hint = `hodu plugin info ${id}`,
): HoduError {
  const later = firstAfter(found, sdk);
  const expected = `a version of it for ${found}${later === undefined ? "" : `, or Hodu ${later}`}`;
  return new HoduError(
    "PLUGIN_INCOMPATIBLE",
    `Cannot ${what} plugin ${quote(id)}: version ${version} is made for hodu-plugin-sdk ${sdk}, this is ${found}, expected ${expected}`,
    { hint, where: { plugin: id } },
  );
}

/** Who else requires the same plugin and gets along with the version that is there: that is what conflicts. */
export function acceptedBy(requirement: Requirement, by: WithManifest, plugins: readonly WithManifest[]): string {
  const found = requirement.kind === "plugin" ? pluginsNamed(plugins, requirement.name) : [];
  const others = plugins
    .filter((plugin) => plugin !== by)
    .flatMap((plugin) => {
      const range = requirementsOf(plugin.manifest).find(({ name }) => name === requirement.name)?.range;
      const accepts = range !== undefined && found.some(({ manifest }) => satisfies(manifest.version, range));
      return accepts ? [`${label(plugin.manifest)} -> ${requirement.text} ${range}`] : [];
    });
  if (others.length === 0) return "";
  return ` as in ${others.slice(0, MAX_CHAIN).join(", ")}${others.length > MAX_CHAIN ? ", ..." : ""}`;
}

function formatChain(chain: readonly string[]): string {
  const half = MAX_CHAIN / 2;
  const shown = chain.length <= MAX_CHAIN ? chain : [...chain.slice(0, half), "...", ...chain.slice(-half)];
  return shown.map((link) => link.slice(0, MAX_LINK)).join(" -> ");
}
