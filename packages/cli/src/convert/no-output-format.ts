import { closestName, HoduError, quote } from "@hodu/core";
import { shellWord } from "@hodu/engine/node";
import type { PluginRegistry } from "@hodu/plugin-host";
import { extensionsOf } from "../plugins/format-named.ts";
import type { SaveCapability } from "./output-format.ts";

/** That no format writes such a file. `example`: the command up to the output's name. */
export function noOutputFormat(
  registry: PluginRegistry,
  path: string,
  name: string | undefined,
  capabilities: readonly SaveCapability[],
  example: string,
): HoduError {
  const known = capabilities.flatMap((capability) =>
    registry.formats
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
    `Cannot write ${quote(path)}: ${found}, expected ${names.map((known) => `.${known}`).join(" or ")}`,
    { hint: `${example} ${shellWord(path)} --format ${near}`, where: { file: path } },
  );
}
