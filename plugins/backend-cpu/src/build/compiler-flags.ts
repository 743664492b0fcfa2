import { C_FLAGS, type CTarget } from "hodu-plugin-sdk/compiler/c";

/** How a file of a program is translated; relative names only, so that the same text gives the same bytes in every folder. */
export function compileFlags(target: CTarget): readonly string[] {
  return [...C_FLAGS, "-O2", ...target.flags, "-w", "-I."];
}

/** How the objects of a program become a library: no symbols but those to load, nothing that differs from build to build. */
export function linkFlags(objects: readonly string[], library: string): readonly string[] {
  const system = process.platform === "linux" ? ["-Wl,--build-id=none"] : [];
  return ["-shared", "-s", ...system, ...objects, "-o", library, "-pthread"];
}
