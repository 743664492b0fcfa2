import { HoduError } from "@hodu/core";
import { MAX_KERNEL_TEXT } from "./limits.ts";
import type { CTarget } from "./target.ts";

/** The error for a kernel that uses what C for a target does not have. */
export function unsupported(target: CTarget, found: string): HoduError {
  return new HoduError("UNSUPPORTED", `Cannot write a kernel in C for ${target.name}: it has ${found}`);
}

/** Throws UNSUPPORTED when the text of a kernel is past its limit. */
export function tooLarge(characters: number): void {
  if (characters <= MAX_KERNEL_TEXT) return;
  const limit = `Cannot write a kernel in C: it has more than ${MAX_KERNEL_TEXT} characters, no compiler takes that`;
  throw new HoduError("UNSUPPORTED", limit, { hint: "run it with --backend interp" });
}
