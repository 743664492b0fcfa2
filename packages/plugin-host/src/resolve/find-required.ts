import type { Manifest } from "hodu-plugin-sdk";
import semver from "semver";
import { hasTool, systemTool } from "../install/system-tools.ts";
import { satisfies } from "../manifest/ranges.ts";
import type { Machine } from "./machine.ts";
import { pluginsNamed, type WithManifest } from "./plugins-named.ts";
import type { Requirement } from "./requirement.ts";

/** What is there for a requirement: a plugin, something of the machine, or nothing that fits. */
export type Required<P> =
  | { readonly plugin: P }
  | { readonly kind: "machine" }
  /** `found`: what there is instead, as a message says it. `hint`: the next command. */
  | { readonly kind: "unmet"; readonly found: string; readonly hint: string };

/** What meets a requirement. Of several plugins that have a kernel, the first whose version fits. */
export function findRequired<P extends WithManifest>(
  requirement: Requirement,
  plugins: readonly P[],
  machine: Machine,
): Required<P> {
  if (requirement.kind === "library") return findLibrary(requirement, machine);
  const { kind, name, range } = requirement;
  const named =
    kind === "kernel" ? plugins.filter(({ manifest }) => hasKernel(manifest, name)) : pluginsNamed(plugins, name);
  const fitting = named.find(({ manifest }) => satisfies(manifest.version, range));
  if (fitting !== undefined) return { plugin: fitting };
  const found = named.map(({ manifest }) => (kind === "kernel" ? `${manifest.id} ` : "") + manifest.version);
  if (found.length > 0)
    return { kind: "unmet", found: found.join(", "), hint: `hodu plugin info ${named[0].manifest.id}` };
  return { kind: "unmet", found: "none", hint: kind === "kernel" ? "hodu plugin list --all" : installHint(name) };
}

function hasKernel({ components }: Manifest, name: string): boolean {
  const wanted = name.toLowerCase();
  return components.some(
    (one) => one.kind === "kernel" && [one.name, one.operator].some((own) => own.toLowerCase() === wanted),
  );
}

/** A name from a manifest is a word of a command only where it is plain. */
const installHint = (name: string): string =>
  /^[\w@/.-]+$/.test(name) ? `hodu plugin install ${name} --path FOLDER` : "hodu plugin list --all";

function findLibrary({ name, range }: Requirement, machine: Machine): Required<never> {
  const version = machine.library(name);
  const known = version === undefined ? null : semver.coerce(version);
  const fits = version !== undefined && (isAny(range) || (known !== null && satisfies(known.version, range)));
  if (fits) return { kind: "machine" };
  const found = version === undefined ? "none" : version === "" ? "one that does not say its version" : version;
  return { kind: "unmet", found, hint: "hodu doctor" };
}

const isAny = (range: string): boolean => ["*", "x", ""].includes(range.trim());

/** Those programs and libraries that a manifest names and the machine does not have. */
export function missingOfSystem({ requires }: Manifest, machine: Machine): readonly string[] {
  return (requires?.system ?? []).filter((name) => !hasTool(systemTool(name), machine));
}
