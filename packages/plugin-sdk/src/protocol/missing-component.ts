import { type HoduError, quote } from "@hodu/core";
import { COMPONENT_TABLES } from "../component-tables.ts";
import type { ComponentKind } from "../contracts/manifest.ts";
import type { Plugin } from "../contracts/plugin.ts";
import { protocolError } from "./protocol-error.ts";

/** The host called something that the plugin does not have, or that has no such method. */
export function missingComponent(kind: ComponentKind, name: string, method?: string): HoduError {
  return protocolError(
    `call ${kind} ${quote(name)}`,
    `no such ${method ?? kind} in the plugin`,
    "one that its manifest names",
  );
}

type Tables = typeof COMPONENT_TABLES;
type TabledKind = { [Kind in ComponentKind]: Tables[Kind] extends string ? Kind : never }[ComponentKind];
type ComponentOf<Kind extends TabledKind> = NonNullable<Plugin[Tables[Kind]]>[string];

/** The component of a plugin of that kind and name. Throws PLUGIN_PROTOCOL. */
export function componentOf<Kind extends TabledKind>(plugin: Plugin, kind: Kind, name: string): ComponentOf<Kind> {
  const table = plugin[COMPONENT_TABLES[kind]] as Readonly<Record<string, ComponentOf<Kind>>> | undefined;
  if (table !== undefined && Object.hasOwn(table, name)) return table[name];
  throw missingComponent(kind, name);
}
