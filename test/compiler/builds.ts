import { C_TARGETS } from "@hodu/compiler/c";
import { type Build, hasCompiler, runsHere } from "./c-program.ts";

/** Flags for code that ends when it reads, writes or computes what it may not. */
export const SANITIZERS = ["-O1", "-fsanitize=address,undefined,float-cast-overflow", "-fno-sanitize-recover=all"];

/** The compilers, targets and levels that generated C is held to. */
const BUILDS: readonly Build[] = [
  { compiler: "gcc", target: C_TARGETS.base, flags: ["-O0"] },
  { compiler: "gcc", target: C_TARGETS["x86-64-v3"], flags: ["-O2"] },
  { compiler: "gcc", target: C_TARGETS["x86-64-v4-vnni"], flags: ["-O2"] },
  { compiler: "gcc", target: C_TARGETS.base, flags: SANITIZERS },
  { compiler: "clang", target: C_TARGETS.base, flags: ["-O2"] },
  { compiler: "clang", target: C_TARGETS["x86-64-v4-vnni"], flags: ["-O2"] },
];

/** Each build with its title, which says so when it cannot be made or run here. */
export const builds = BUILDS.map((build) => {
  const { compiler, target, flags } = build;
  const isMissing = !hasCompiler(compiler) || !runsHere(target);
  const sanitized = flags.length > 1 ? " with sanitizers" : "";
  const title = `${compiler} ${flags[0]} for ${target.name}${sanitized}${isMissing ? ": not on this machine" : ""}`;
  return { build, isMissing, title };
});
