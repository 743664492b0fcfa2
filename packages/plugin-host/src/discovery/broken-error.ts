import { HoduError } from "@hodu/core";
import type { BrokenPlugin } from "./discover-plugins.ts";

/** A broken package as a warning says it: `Failed to load FOLDER: ...`. */
export function brokenError({ folder, error }: Pick<BrokenPlugin, "folder" | "error">): HoduError {
  const { code, message, hint, where } = error;
  return new HoduError(code, `Failed to load ${folder}: ${message}`, {
    where,
    cause: error,
    ...(hint !== undefined && { hint }),
  });
}
