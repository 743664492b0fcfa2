import { HoduError, quote } from "@hodu/core";
import type { TensorFile } from "hodu-plugin-sdk";

/** Refuses (UNSUPPORTED) values of which two have one name: no file could be asked for them. */
export function refuseNamesTwice({ values }: TensorFile, file: string): void {
  const names = new Set<string>();
  for (const { name } of values) {
    if (names.has(name)) {
      throw new HoduError(
        "UNSUPPORTED",
        `Cannot write ${quote(file)}: found two values of the name ${quote(name)}, expected one`,
      );
    }
    names.add(name);
  }
}
