import { HoduError, quote } from "@hodu/core";
import { type Manifest, manifestOfPackage, type PluginPackage } from "hodu-plugin-sdk";
import type * as z from "zod";
import { MAX_FINDINGS } from "./limits.ts";
import { problemOf } from "./problem-of.ts";
import { PLUGIN_PACKAGE } from "./schema.ts";

/** One rule that a package.json breaks. */
export interface ManifestFinding {
  /** `hodu.components[0].kind` */
  readonly field: string;
  readonly problem: string;
}

/** The manifest in the parsed package.json of `place`. Throws BAD_PLUGIN with all findings. */
export function checkManifest(found: unknown, place: string): Manifest {
  const { manifest, findings } = readPackage(found);
  if (manifest !== undefined) return manifest;
  const shown = findings.slice(0, MAX_FINDINGS).map(({ field, problem }) => `\n  ${field}: ${problem}`);
  const rest = findings.length > shown.length ? `\n  and ${findings.length - shown.length} more` : "";
  const rules = findings.length === 1 ? "a rule" : `${findings.length} rules`;
  throw new HoduError(
    "BAD_PLUGIN",
    `Cannot read the plugin in ${quote(place)}: its package.json breaks ${rules}:${shown.join("")}${rest}`,
    { where: { file: place, field: findings[0].field } },
  );
}

/** The manifest, or what is wrong with it: all of it at once. */
export function readPackage(found: unknown): {
  readonly manifest?: Manifest;
  readonly findings: readonly ManifestFinding[];
} {
  const result = PLUGIN_PACKAGE.safeParse(found);
  if (result.success) return { manifest: manifestOfPackage(result.data as PluginPackage), findings: [] };
  return { findings: result.error.issues.map((issue) => toFinding(issue, found)) };
}

function toFinding(issue: z.core.$ZodIssue, found: unknown): ManifestFinding {
  const { path } = issue;
  const field = path.map((key, i) => (typeof key === "number" ? `[${key}]` : member(String(key), i === 0))).join("");
  return { field: field === "" ? "package.json" : field, problem: problemOf(issue, found) };
}

const member = (key: string, isFirst: boolean): string =>
  /^[A-Za-z_]\w*$/.test(key) ? `${isFirst ? "" : "."}${key}` : `[${quote(key)}]`;
