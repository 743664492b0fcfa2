import { HoduError } from "@hodu/core";

/** The error for a kernel that uses what WebAssembly does not have, or too much of it. */
export function unsupported(found: string): HoduError {
  return new HoduError("UNSUPPORTED", `Cannot write a kernel in WebAssembly: it has ${found}`, {
    hint: "run it with --backend interp",
  });
}
