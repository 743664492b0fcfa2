import type { LoopKind } from "../types.ts";

type Around = readonly (LoopKind | "if")[];

/** What may not stand around a loop of each kind. */
const FORBIDDEN: Readonly<Record<LoopKind, readonly LoopKind[]>> = {
  serial: [],
  unroll: [],
  parallel: ["grid", "lane"],
  grid: ["parallel", "lane"],
  lane: [],
};

/** Why a loop of a kind may not stand inside others. */
export function loopFault(around: Around, loop: LoopKind): string | undefined {
  if (!Object.hasOwn(FORBIDDEN, loop)) return "a loop of an unknown kind";
  const outer = FORBIDDEN[loop].find((kind) => around.includes(kind));
  if (outer !== undefined) return `a ${loop} loop inside a ${outer} loop`;
  return loop === "lane" && !around.includes("grid") ? "a lane loop outside of a grid loop" : undefined;
}

/** Why not all lanes of a grid turn would come to a barrier together. */
export function barrierFault(around: Around): string | undefined {
  if (!around.includes("lane")) return "a barrier outside of a lane loop";
  const inner = around.slice(around.lastIndexOf("grid") + 1);
  return inner.includes("if") ? "a barrier under a condition that lanes may not share" : undefined;
}
