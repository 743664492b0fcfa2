import { type HoduError, quote } from "@hodu/core";
import { protocolError } from "./protocol-error.ts";

/** The host called something that the plugin does not have, or that has no such method. */
export function missingComponent(kind: "format" | "backend", name: string, method?: string): HoduError {
  return protocolError(
    `call ${kind} ${quote(name)}`,
    `no such ${method ?? kind} in the plugin`,
    "one that its manifest names",
  );
}
