import { closestName, HoduError, quote } from "@hodu/core";
import type { PluginCatalog } from "@hodu/plugin-host";
import { refusedOverride } from "../plugins/claimed.ts";
import { extensionsOf } from "../plugins/format-named.ts";
import { again } from "../terminal/again.ts";
import type { SaveCapability } from "./output-format.ts";

/** That no format writes such a file: CONFIG where a setting is to blame, else FORMAT_NOT_FOUND. */
export function noOutputFormat(
  catalog: PluginCatalog,
  path: string,
  name: string | undefined,
  capabilities: readonly SaveCapability[],
): HoduError {
  const override = name === undefined ? refusedOverride(catalog, path, capabilities[0]) : undefined;
  if (override !== undefined) return override;
  const known = capabilities.flatMap((capability) =>
    catalog.formats
      .filter(({ component }) => component.capabilities.includes(capability))
      .flatMap(({ component }) => extensionsOf(component, capability)),
  );
  const names = [...new Set(known)].map((extension) => extension.slice(1));
  const extension = /\.([^./\\]*)$/.exec(path)?.[1] ?? "";
  const near = closestName(name ?? extension, names) ?? names[0] ?? "hdss";
  const found =
    name !== undefined
      ? `no format that writes is named ${quote(name)}`
      : extension === ""
        ? "it has no extension"
        : `no format writes ${quote(`.${extension}`)} files`;
  return new HoduError(
    "FORMAT_NOT_FOUND",
    `Cannot write ${quote(path)}: ${found}, expected ${oneOf(names.map((known) => `.${known}`))}`,
    { hint: again(`--format ${near}`), where: { file: path } },
  );
}

const oneOf = (names: readonly string[]): string =>
  names.length < 2 ? names.join() : `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
