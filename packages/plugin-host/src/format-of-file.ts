import { HoduError, quote } from "@hodu/core";
import type { FormatCapability, FormatComponent } from "hodu-plugin-sdk";
import { candidatesOf, type Found, isNamed } from "./found.ts";
import { oneOf } from "./one-of.ts";

/** The format of a file: a built-in one, else what an override names, else the first of those with the longest extension. */
export function formatOfFile(
  formats: readonly Found<FormatComponent>[],
  overrides: ReadonlyMap<string, string>,
  file: string,
  capability: FormatCapability,
): Found<FormatComponent> {
  const able = formats.filter(({ component }) => component.capabilities.includes(capability));
  const found = claiming(able, file, capability);
  if (found?.plugin.origin === "builtin") return found;
  const override = overriding(formats, overrides, file, capability);
  if (override !== undefined) return override;
  if (found !== undefined) return found;
  const known = [...new Set(able.flatMap(({ component }) => extensionsOf(component, capability)))].sort();
  throw new HoduError(
    "FORMAT_NOT_FOUND",
    `Cannot ${VERBS[capability]} ${quote(file)} as ${KINDS[capability]}: no format has its extension, expected ${known.length === 0 ? "an installed format" : oneOf(known)}`,
    { where: { file } },
  );
}

const VERBS = { load_model: "read", load_tensor: "read", save_model: "write", save_tensor: "write" } as const;
const KINDS = {
  load_model: "a model",
  save_model: "a model",
  load_tensor: "a tensor file",
  save_tensor: "a tensor file",
} as const;

/** The format with the longest extension that fits; a built-in one before others, then the first. */
function claiming(
  able: readonly Found<FormatComponent>[],
  file: string,
  capability: FormatCapability,
): Found<FormatComponent> | undefined {
  const claims = able.map((format) => longestFitting(extensionsOf(format.component, capability), file) ?? "");
  const longest = Math.max(0, ...claims.map(({ length }) => length));
  const found = longest === 0 ? [] : able.filter((_, i) => claims[i].length === longest);
  return found.find(({ plugin }) => plugin.origin === "builtin") ?? found[0];
}

/** The format that the user wants for the file, if it can do that. Throws CONFIG when there is none of that name, or several. */
function overriding(
  formats: readonly Found<FormatComponent>[],
  overrides: ReadonlyMap<string, string>,
  file: string,
  capability: FormatCapability,
): Found<FormatComponent> | undefined {
  const extension = longestFitting([...overrides.keys()], file);
  if (extension === undefined) return undefined;
  const name = overrides.get(extension) ?? "";
  const named = formats.filter((format) => isNamed(format, name));
  const able = named.filter(({ component }) => component.capabilities.includes(capability));
  if (named.length > 0 && able.length < 2) return able[0];
  const known = formats.map(({ component }) => component.name);
  const reason =
    able.length > 1
      ? `it could be ${candidatesOf(able).join(" or ")}, expected one`
      : `there is none of that name, expected ${oneOf(known)}`;
  throw new HoduError(
    "CONFIG",
    `Cannot use format ${quote(name)} for ${quote(extension)} files, as the configuration wants: ${reason}`,
    { hint: `hodu config unset formats${extension}` },
  );
}

function longestFitting(extensions: readonly string[], file: string): string | undefined {
  const lower = file.toLowerCase();
  const fitting = extensions.filter((extension) => lower.endsWith(extension));
  return fitting.reduce<string | undefined>((a, b) => (a === undefined || b.length > a.length ? b : a), undefined);
}

function extensionsOf(format: FormatComponent, capability: FormatCapability): readonly string[] {
  return capability.endsWith("_model") ? format.modelExtensions : format.tensorExtensions;
}
