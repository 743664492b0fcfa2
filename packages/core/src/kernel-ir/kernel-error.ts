import { HoduError } from "../errors/hodu-error.ts";

/** The error of a kernel that breaks the rules of the IR: INVALID_KERNEL. */
export const kernelError = (what: string, found: string): HoduError =>
  new HoduError("INVALID_KERNEL", `Cannot ${what}: found ${found}`);
